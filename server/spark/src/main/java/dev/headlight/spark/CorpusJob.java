package dev.headlight.spark;

import dev.headlight.Precision;
import dev.headlight.UserException;
import dev.headlight.cli.TextsOptions;
import dev.headlight.corpus.Cutting;
import dev.headlight.corpus.Result;
import dev.headlight.corpus.Statistics;
import dev.headlight.corpus.Statistics.Count;
import dev.headlight.export.CorpusFiles;
import dev.headlight.hub.Hub;
import dev.headlight.inspect.Inspector;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code headlight corpus} as a Spark job. Each partition is measured by the same code, with one model for each executor,
 * and what was measured is added up, which is exact in any order. So a partition that is lost with its machine is measured
 * again elsewhere, and counts once.
 */
@Command(
        name = "spark-submit … headlight-spark.jar",
        description = "Say what every head of a model does over many texts, as headlight corpus does, on Spark.",
        mixinStandardHelpOptions = true)
public final class CorpusJob implements Callable<Integer> {
    /** What a checkpoint's files end with; others, such as pickles, are neither read nor sent. */
    private static final Pattern SENT = Pattern.compile("[^.].*\\.(json|safetensors|txt|model)");

    private static final Pattern REASON = Pattern.compile(Pattern.quote(UserException.class.getName()) + ": ([^\\n]*)");

    @Parameters(
            arity = "1..*",
            paramLabel = "PATH",
            description = "Files or folders, on any file system that Spark reads.")
    private List<String> paths;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "OUT",
            description = "The folder to write to, on the driver's machine.")
    private Path out;

    @Option(
            names = "--model",
            paramLabel = "M",
            defaultValue = Hub.EMBEDDED,
            description =
                    "\"embedded\" (the default), the folder of a checkpoint on the driver's machine, or a model in the"
                            + " hub's cache there.")
    private String model;

    @Option(
            names = "--format",
            paramLabel = "F",
            defaultValue = "text",
            description = "A format that Spark reads: text (the default), parquet, json, …")
    private String format;

    @Option(
            names = "--option",
            paramLabel = "K=V",
            description = "An option of the format. Of text, wholetext=false makes each line a document.")
    private Map<String, String> formatOptions = Map.of();

    @Option(
            names = "--text",
            paramLabel = "COLUMN",
            defaultValue = "value",
            description = "The column of the texts: value.")
    private String text;

    @Option(
            names = "--id",
            paramLabel = "COLUMN",
            description = "The column of the documents' names; else these are the files', or made from the texts.")
    private Optional<String> id;

    @Mixin
    private TextsOptions cut;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            description = "Spread the documents over so many partitions, if they are read as fewer.")
    private Optional<Integer> partitions;

    /** Runs the job and ends the process. */
    public static void main(String[] arguments) {
        CommandLine line = new CommandLine(new CorpusJob());
        line.setExpandAtFiles(false);
        line.setExecutionExceptionHandler((failure, failed, parsed) -> {
            failed.getErr().println(sentence(failure));
            return CommandLine.ExitCode.SOFTWARE;
        });
        System.exit(line.execute(arguments));
    }

    /** What the user is told: the sentence that an executor failed with, which Spark quotes, or Spark's own. */
    private static String sentence(Throwable failure) {
        Matcher reason = REASON.matcher(String.valueOf(failure));
        if (failure instanceof UserException) {
            return failure.getMessage();
        }
        return reason.find()
                ? reason.group(1)
                : "The job failed: " + failure.getMessage().lines().findFirst().orElse("");
    }

    @Override
    public Integer call() throws IOException {
        Cutting cutting = cut.chosen();
        Path folder = folder();
        Documents documents = new Documents(paths, format, formatOptions, text, id);
        try (SparkSession spark =
                        SparkSession.builder().appName("headlight corpus").getOrCreate();
                Inspector inspector = Inspector.load(model, Hub.revision(folder), folder, folder, Precision.AUTO)) {
            send(spark, folder);
            Settings settings = new Settings(
                    model,
                    cutting.code(),
                    documents.areFiles(),
                    documents.folders(spark),
                    cutting.unit().orElse(null),
                    cutting.mostTokens().orElse(0));
            JavaRDD<Row> rows = documents.rows(spark);
            JavaRDD<byte[]> parts = partitions
                    .map(rows::repartition)
                    .orElse(rows)
                    .mapPartitions(part -> ExecutorModel.measure(settings, part));
            Statistics all = read(parts.treeReduce(CorpusJob::add));
            CorpusFiles.write(out, new Result(Result.Model.of(inspector), source(), cutting, all).withTexts());
            report(System.out, all);
            return CommandLine.ExitCode.OK;
        }
    }

    private String source() {
        return String.join(", ", paths);
    }

    private void report(PrintStream to, Statistics all) {
        to.printf(
                Locale.ROOT,
                "%,d texts of %,d documents, %,d tokens, %d heads: %s%n",
                all.count(Count.TEXTS),
                all.count(Count.DOCUMENTS),
                all.count(Count.TOKENS),
                all.heads().size(),
                out.resolve(CorpusFiles.JSON));
    }

    /** The model's files, on this machine. */
    private Path folder() {
        Hub hub = Hub.ofProcess();
        return Hub.here(model)
                .or(() -> hub.complete(model))
                .orElseThrow(() -> new UserException("There is no model " + model
                        + " on this machine: fetch it with headlight models fetch, or name a folder."));
    }

    /** Has Spark send a checkpoint's files to each executor, one by one: a cluster takes no folder of this machine. */
    private static void send(SparkSession spark, Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            files.filter(Files::isRegularFile)
                    .filter(file -> SENT.matcher(file.getFileName().toString()).matches())
                    .forEach(file ->
                            spark.sparkContext().addFile(file.toAbsolutePath().toString()));
        } catch (IOException e) {
            throw new UserException("Can't read " + folder + ": " + e.getMessage() + ".", e);
        }
    }

    static byte[] add(byte[] some, byte[] others) {
        Statistics sum = read(some);
        sum.add(read(others));
        return sum.toBytes();
    }

    private static Statistics read(byte[] bytes) {
        try {
            return Statistics.of(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
