package dev.headlight.lsp;

import dev.headlight.Cancellation;
import dev.headlight.UserException;
import dev.headlight.documents.Document;
import dev.headlight.documents.Documents;
import dev.headlight.inspect.HeadEffect;
import dev.headlight.inspect.TakenOut;
import dev.headlight.inspect.Why;
import dev.headlight.inspect.WhyAnswer;
import dev.headlight.inspect.WordEffect;
import dev.headlight.lsp.Editor.Origin;
import dev.headlight.protocol.Messages;
import dev.headlight.session.OpenInspection;
import dev.headlight.session.OpenWhy;
import dev.headlight.text.Span;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Answers {@code headlight/why}. */
final class WhyService {
    /** How many heads are named. */
    private static final int STRONGEST = 10;
    /** Words named of what a head looks at. */
    private static final int LOOKED = 3;

    private final Editor editor;

    WhyService(Editor editor) {
        this.editor = editor;
    }

    Messages.WhyResult why(Messages.WhyParams params, Documents.Snapshot now, Cancellation cancellation) {
        Document document = CommandService.document(params.textDocument(), now);
        Span asked = Positions.span(document, params.range());
        boolean causal = editor.session().causal(cancellation);
        Optional<Span> word = causal ? Optional.empty() : Editor.wordAsked(document, asked);
        Origin.Part part = part(document, word, asked, causal);
        OpenInspection opened = editor.inspect(new Origin(List.of(part)), word, cancellation);
        int place = causal
                ? 0
                : Editor.place(opened, part, word.orElse(asked))
                        .orElseThrow(() ->
                                new UserException("The model has no words for this place: choose a shorter text."));
        try (OpenWhy why = editor.session().why(opened.id(), place, cancellation)) {
            Optional<String> standing = word.map(span -> span.of(document.text()));
            return answer(why, opened, part, params, standing, cancellation);
        }
    }

    /** The text around the blank; that before the place, if the model reads from left to right. */
    private static Origin.Part part(Document document, Optional<Span> word, Span asked, boolean causal) {
        if (word.isPresent()) {
            return new Origin.Part(document, document.passage(word.get()));
        }
        if (causal) {
            Span passage = document.passage(asked);
            return new Origin.Part(document, new Span(passage.start(), Math.max(passage.start(), asked.end())));
        }
        return document.blanks().stream()
                .filter(blank -> blank.touches(asked))
                .findFirst()
                .map(blank -> new Origin.Part(document, document.passage(blank)))
                .orElseThrow(() ->
                        new UserException("There is no blank and no word here: ask at [MASK], at ____ or at a word."));
    }

    private static Messages.WhyResult answer(
            OpenWhy why,
            OpenInspection opened,
            Origin.Part part,
            Messages.WhyParams params,
            Optional<String> standing,
            Cancellation cancellation) {
        Why.Question question = why.ask(
                (asked, inspected) -> asked.question(
                        Optional.ofNullable(params.word()).or(() -> standing), Optional.ofNullable(params.rather())),
                cancellation);
        List<WordEffect> words =
                why.ask((asked, inspected) -> asked.words(question, asked.usualRemoval(), cancellation), cancellation);
        List<HeadEffect> heads = heads(why, question, cancellation);
        Optional<WhyAnswer.Looking> strongest = heads.stream()
                .findFirst()
                .map(head -> why.ask(
                        (asked, inspected) -> new WhyAnswer.Looking(
                                head, inspected.looksAt(head, asked.blank(), LOOKED), Optional.empty()),
                        cancellation));
        return new Messages.WhyResult(
                opened.inspection().model(),
                WhyAnswer.question(question),
                WhyAnswer.answer(question, words, strongest),
                word(question.word()),
                question.rather().map(WhyService::word).orElse(null),
                words.stream()
                        .map(word -> new Messages.WordEffect(
                                Positions.range(
                                        part.document(),
                                        word.span().shift(part.span().start())),
                                word.effect().value()))
                        .toList(),
                heads.stream()
                        .map(head -> new Messages.HeadEffect(
                                WhyAnswer.name(head), head.effect().value()))
                        .toList());
    }

    /** The strongest first; in steps, between which the session answers others. */
    private static List<HeadEffect> heads(OpenWhy why, Why.Question question, Cancellation cancellation) {
        List<HeadEffect> all = new ArrayList<>();
        for (TakenOut.Layer at : why.ask((asked, inspected) -> asked.layers(), cancellation)) {
            all.addAll(why.ask(
                    (asked, inspected) -> asked.heads(question, at.kind(), at.layer(), Why.Ablation.ZERO, cancellation),
                    cancellation));
        }
        return all.stream()
                .sorted(Comparator.comparingDouble(head -> -head.effect().value()))
                .limit(STRONGEST)
                .toList();
    }

    private static Messages.Word word(Why.Candidate candidate) {
        return new Messages.Word(candidate.word(), candidate.probability());
    }
}
