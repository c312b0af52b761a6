package dev.headlight.cli;

import dev.headlight.Sha256;
import dev.headlight.UserException;
import dev.headlight.corpus.Analyzer;
import dev.headlight.corpus.Cutting;
import dev.headlight.corpus.Document;
import dev.headlight.corpus.Estimate;
import dev.headlight.corpus.HeadPlace;
import dev.headlight.corpus.Quantities;
import dev.headlight.corpus.Quantities.Part;
import dev.headlight.corpus.Relation;
import dev.headlight.corpus.Result;
import dev.headlight.corpus.Statistics;
import dev.headlight.corpus.Statistics.Count;
import dev.headlight.export.CorpusFiles;
import dev.headlight.export.CorpusProgress;
import dev.headlight.inspect.HeadPattern;
import dev.headlight.inspect.Inspector;
import dev.headlight.inspect.WhyAnswer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Measures a corpus, and prints what was found. */
final class CorpusRun {
    /** So often at most, what was measured is kept. */
    private static final long KEEP_NANOS = 2_000_000_000L;

    private final Io io;
    private final ModelOption model;
    private final Cutting cutting;
    private final Path out;

    CorpusRun(Io io, ModelOption model, Cutting cutting, Path out) {
        this.io = io;
        this.model = model;
        this.cutting = cutting;
        this.out = out;
    }

    /** Measures it; returns whether the folder holds the whole result. */
    boolean measure(CorpusSource source) {
        Stopping stopping = new Stopping();
        try (Inspector inspector = model.load(io)) {
            Analyzer analyzer = new Analyzer(inspector, cutting);
            Result.Model of = Result.Model.of(inspector);
            Result none = new Result(of, source.name(), cutting, analyzer.none());
            try (CorpusProgress progress = CorpusProgress.open(out, none)) {
                if (progress.isDone()) {
                    io.tell(out + " holds a whole result already: remove it to measure again.");
                    return true;
                }
                Statistics all = measured(analyzer, source, progress, stopping);
                progress.finish(new Result(of, source.name(), cutting, all).withTexts());
                print(all, source);
                return true;
            }
        } catch (CancellationException e) {
            // not thrown: the process ends as soon as the hook may go on
            io.tell("Stopped; the same command goes on from there.");
            return false;
        } finally {
            stopping.stopped();
        }
    }

    private Statistics measured(Analyzer analyzer, CorpusSource source, CorpusProgress progress, Stopping stopping) {
        Optional<CorpusProgress.Measured> before = progress.before();
        Iterator<Document> documents = source.documents();
        MessageDigest digest = Sha256.digest();
        long count = 0;
        while (count < before.map(CorpusProgress.Measured::documents).orElse(0L) && documents.hasNext()) {
            update(digest, documents.next());
            count++;
            stopping.check();
        }
        before.ifPresent(known -> {
            if (!known.digest().equals(hex(digest))) {
                throw new UserException(out + " is of other texts: name another folder.");
            }
        });
        Statistics all = before.map(CorpusProgress.Measured::statistics).orElseGet(analyzer::none);
        CorpusProgressLine line = new CorpusProgressLine(io.err(), source);
        line.begin(all.count(Count.TEXTS));
        long kept = System.nanoTime();
        boolean unkept = false;
        try {
            while (documents.hasNext()) {
                List<Document> chunk = Analyzer.chunk(documents);
                all.add(analyzer.measure(chunk, stopping));
                chunk.forEach(document -> update(digest, document));
                count += chunk.size();
                unkept = true;
                line.texts(all.count(Count.TEXTS));
                if (System.nanoTime() - kept > KEEP_NANOS) {
                    progress.keep(new CorpusProgress.Measured(count, hex(digest), all));
                    kept = System.nanoTime();
                    unkept = false;
                }
            }
        } catch (CancellationException e) {
            if (unkept) {
                progress.keep(new CorpusProgress.Measured(count, hex(digest), all));
            }
            throw e;
        } finally {
            line.end();
        }
        return all;
    }

    private static void update(MessageDigest digest, Document document) {
        String place = document.name() + "\n" + document.line() + "\n" + document.code() + "\n";
        digest.update(place.getBytes(StandardCharsets.UTF_8));
        digest.update(Sha256.digest().digest(document.text().getBytes(StandardCharsets.UTF_8)));
    }

    /** Of what was digested so far. */
    private static String hex(MessageDigest digest) {
        try {
            return HexFormat.of().formatHex(((MessageDigest) digest.clone()).digest());
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException(e); // Java's own can be cloned
        }
    }

    private void print(Statistics all, CorpusSource source) {
        if (source.leftOut() > 0) {
            io.tell(source.leftOut() + (source.leftOut() == 1 ? " file is" : " files are")
                    + " no UTF-8 text, and left out.");
        }
        if (all.count(Count.UNPARSED) > 0) {
            io.tell(all.count(Count.UNPARSED) + " of " + all.count(Count.DOCUMENTS)
                    + " documents could not be parsed as Java: of these, only brackets were found.");
        }
        io.print(String.format(
                Locale.ROOT,
                "%,d texts, %,d tokens, %d heads: %s",
                all.count(Count.TEXTS),
                all.count(Count.TOKENS),
                all.heads().size(),
                out.resolve(CorpusFiles.JSON)));
        io.print("");
        io.print("Patterns, the head that shows each most: mean ± standard error, share of the texts that show it.");
        for (HeadPattern pattern : HeadPattern.values()) {
            line(all, pattern.label(), head -> all.estimate(head, Quantities.of(pattern)), true);
        }
        io.print("");
        io.print("Relations, the head that looks along each most: weight less that of pairs as far apart,"
                + " ± standard error.");
        for (Relation relation : Relation.values()) {
            line(all, relation.label(), head -> all.estimate(head, relation, Part.DIFFERENCE), false);
        }
    }

    /** Of heads that were measured, the one with the largest mean. */
    private void line(Statistics all, String label, IntFunction<Estimate> estimates, boolean share) {
        IntStream.range(0, all.heads().size())
                .filter(head -> estimates.apply(head).texts() > 1)
                .boxed()
                .max((a, b) -> Double.compare(
                        estimates.apply(a).mean(), estimates.apply(b).mean()))
                .ifPresent(head -> {
                    HeadPlace at = all.heads().get(head);
                    Estimate estimate = estimates.apply(head);
                    io.print(String.format(
                            Locale.ROOT,
                            "  %6.3f ± %.3f  %5s  %-8s %s",
                            estimate.mean(),
                            estimate.error(),
                            share ? Math.round(100 * estimate.share()) + " %" : "",
                            WhyAnswer.name(at.kind(), at.layer(), at.head()),
                            label));
                });
    }
}
