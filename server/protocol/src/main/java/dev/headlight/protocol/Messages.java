package dev.headlight.protocol;

import java.util.List;
import org.eclipse.lsp4j.Position;
import org.eclipse.lsp4j.Range;
import org.eclipse.lsp4j.TextDocumentIdentifier;

/**
 * The names and JSON shapes of Headlight's own messages. Tests compare docs/lsp-extensions.md and the VS Code extension's
 * {@code messages.ts} with this class. A field that a client leaves out is null.
 */
public final class Messages {
    public static final String INSPECT = "headlight/inspect";
    public static final String WHY = "headlight/why";
    public static final String OPENING_ADDRESS = "headlight/openingAddress";
    public static final String PAGES = "headlight/pages";
    public static final String MODELS = "headlight/models";
    public static final String USE_MODEL = "headlight/useModel";
    public static final String CURSOR = "headlight/cursor";
    public static final String HIGHLIGHT = "headlight/highlight";

    /** The token of the {@code $/progress} notifications about the model that is being loaded. */
    public static final String LOADING = "headlight/loading";

    /** The server's commands, as hints and code actions name them. */
    public static final String VISUALIZE = "headlight.visualizeAttention";

    public static final String WHY_THIS_WORD = "headlight.whyThisWord";
    public static final String SUGGEST = "headlight.suggestWords";
    public static final String ACCEPT = "headlight.acceptWord";

    /** The name of the model that Headlight includes, for {@link #USE_MODEL}. */
    public static final String EMBEDDED = "embedded";

    private Messages() {}

    /**
     * A range of a document.
     *
     * @param textDocument the document
     * @param range the range in it
     */
    public record Place(TextDocumentIdentifier textDocument, Range range) {}

    /**
     * The parameters of {@link #INSPECT}, {@link #VISUALIZE}, {@link #WHY_THIS_WORD} and {@link #SUGGEST}.
     *
     * @param textDocument the document
     * @param range the range in it; an empty one stands for the paragraph around it
     * @param pair a second range, for attention between the two; may be null
     * @param view the view that the page begins with; {@value #WHY_VIEW} asks about the blank at the range, in its
     *     paragraph; null to leave the choice to the page
     */
    public record InspectParams(TextDocumentIdentifier textDocument, Range range, Place pair, String view) {
        public InspectParams(TextDocumentIdentifier textDocument, Range range, Place pair) {
            this(textDocument, range, pair, null);
        }
    }

    /** A {@link InspectParams#view}. */
    public static final String WHY_VIEW = "why";

    /**
     * The parameters of {@link #WHY}.
     *
     * @param textDocument the document
     * @param range a blank, or a place at it; for a causal model the end of the text to continue
     * @param word the word to ask about; null for the most probable one
     * @param rather the word to compare with; null for the most probable other one
     */
    public record WhyParams(TextDocumentIdentifier textDocument, Range range, String word, String rather) {}

    /**
     * The answer to {@link #WHY}. Effects are in nats, of log p(word) − log p(rather): positive where what is taken out
     * speaks for the word.
     *
     * @param model the model's name
     * @param question a sentence
     * @param answer a sentence
     * @param word the word asked about
     * @param rather the word that it is compared with
     * @param words the effect of each word of the paragraph
     * @param heads the effects of the strongest heads, the strongest first
     */
    public record WhyResult(
            String model,
            String question,
            String answer,
            Word word,
            Word rather,
            List<WordEffect> words,
            List<HeadEffect> heads) {}

    /**
     * What a word of a text does.
     *
     * @param range the word
     * @param effect of taking it out, in nats
     */
    public record WordEffect(Range range, double effect) {}

    /**
     * What a head of a model does.
     *
     * @param head its name, such as 6.2: layer and head, counted from 1
     * @param effect of taking it out, in nats
     */
    public record HeadEffect(String head, double effect) {}

    /**
     * The answer to {@link #INSPECT} and {@link #VISUALIZE}.
     *
     * @param id the inspection's number
     * @param url the address of its page; anyone who has it can read all pages
     * @param model the model's name
     * @param tokens how many tokens it has
     * @param leftOut how many tokens did not fit into the model
     * @param ranges what was inspected, one for each text: the paragraph, if the request's range is empty
     * @param blanks the blanks and the words predicted for them
     */
    public record InspectResult(
            int id, String url, String model, int tokens, int leftOut, List<Range> ranges, List<BlankWords> blanks) {}

    /**
     * The parameters of {@link #OPENING_ADDRESS}.
     *
     * @param inspection its number
     */
    public record OpenInspection(int inspection) {}

    /**
     * The answer to {@link #OPENING_ADDRESS}.
     *
     * @param url opens the page once, within a minute
     */
    public record OpeningAddress(String url) {}

    /**
     * The answer to {@link #PAGES}.
     *
     * @param url of the web server; anyone who has it can read all pages
     */
    public record Pages(String url) {}

    /**
     * A blank and the words predicted for it.
     *
     * @param uri the document
     * @param range what a word would replace
     * @param words most probable first
     */
    public record BlankWords(String uri, Range range, List<Word> words) {}

    /**
     * A predicted word.
     *
     * @param word as it would be written in the text
     * @param probability between 0 and 1
     */
    public record Word(String word, double probability) {}

    /**
     * The argument of {@link #ACCEPT}.
     *
     * @param uri the document
     * @param range the blank
     * @param word what replaces it
     */
    public record AcceptWord(String uri, Range range, String word) {}

    /**
     * The parameters of {@link #CURSOR}.
     *
     * @param textDocument the document
     * @param position of the cursor
     */
    public record Cursor(TextDocumentIdentifier textDocument, Position position) {}

    /**
     * The parameters of {@link #HIGHLIGHT}: highlight these spans of a document, and nothing else in it.
     *
     * @param uri the document
     * @param version of the document that the ranges refer to
     * @param inspection the number of the inspection
     * @param kind {@value #ATTENTION} or {@value #EFFECTS}
     * @param spans empty to remove the highlights
     */
    public record Highlight(String uri, int version, int inspection, String kind, List<WeightedSpan> spans) {}

    /** A {@link Highlight#kind}: shares of attention. */
    public static final String ATTENTION = "attention";

    /** A {@link Highlight#kind}: effects on an answer, positive for the word asked about, negative for the other one. */
    public static final String EFFECTS = "effects";

    /**
     * The answer to {@link #MODELS}.
     *
     * @param current the name of the model in use
     * @param cache the folder of the hub's cache
     * @param models the models on this machine
     */
    public record Models(String current, String cache, List<Model> models) {}

    /**
     * A model on this machine.
     *
     * @param name as {@link #USE_MODEL} takes it
     * @param type the {@code model_type} of its configuration; empty if that has none
     * @param bytes its size on disk
     * @param problem why it cannot be used, in a few words; null if it can
     */
    public record Model(String name, String type, long bytes, String problem) {}

    /**
     * The parameters of {@link #USE_MODEL}, and the answer to it.
     *
     * @param model {@code embedded}, a folder, or a name on the hub
     */
    public record UseModel(String model) {}

    /**
     * A range and how much attention it receives, or its effect.
     *
     * @param range in the document
     * @param share of the largest weight, above 0 and up to 1; of the largest effect, from −1 to 1. Those too faint to
     *     see are left out
     */
    public record WeightedSpan(Range range, float share) {}
}
