package dev.headlight.lsp;

import java.util.List;
import org.eclipse.lsp4j.Position;
import org.eclipse.lsp4j.Range;
import org.eclipse.lsp4j.TextDocumentIdentifier;

/**
 * The shapes of Headlight's own messages, as JSON has them; docs/lsp-extensions.md describes each, and a test holds that
 * page against this class. What a client leaves out arrives as null.
 */
public final class Messages {
    private Messages() {}

    /**
     * A range of a document.
     *
     * @param textDocument which document
     * @param range what of it
     */
    public record Place(TextDocumentIdentifier textDocument, Range range) {}

    /**
     * {@code headlight/inspect}: look at a range, or at the paragraph around an empty one.
     *
     * @param textDocument which document
     * @param range what of it
     * @param pair a second range, for attention between the two
     */
    public record InspectParams(TextDocumentIdentifier textDocument, Range range, Place pair) {}

    /**
     * The answer to {@code headlight/inspect} and to the command {@code headlight.visualizeAttention}.
     *
     * @param id the inspection's number
     * @param url where its page is
     * @param model the model's name
     * @param tokens how many tokens are shown
     * @param leftOut how many tokens the model could not take
     * @param blanks the blanks and their words
     */
    public record InspectResult(int id, String url, String model, int tokens, int leftOut, List<BlankWords> blanks) {}

    /**
     * {@code headlight/openingAddress}: open a page in a browser.
     *
     * @param inspection its number
     */
    public record OpenInspection(int inspection) {}

    /**
     * The answer to {@code headlight/openingAddress}.
     *
     * @param url leads to the page once, within a minute
     */
    public record OpeningAddress(String url) {}

    /**
     * A blank, and the words for it.
     *
     * @param uri the document that it is in
     * @param range what a word would replace
     * @param words likeliest first
     */
    public record BlankWords(String uri, Range range, List<Word> words) {}

    /**
     * A word.
     *
     * @param word as it would stand in the text
     * @param probability of the model, between 0 and 1
     */
    public record Word(String word, double probability) {}

    /**
     * The argument of the command {@code headlight.acceptWord}.
     *
     * @param uri which document
     * @param range what the word replaces
     * @param word the word
     */
    public record AcceptWord(String uri, Range range, String word) {}

    /**
     * {@code headlight/cursor}: where the cursor is now.
     *
     * @param textDocument in which document
     * @param position where in it
     */
    public record Cursor(TextDocumentIdentifier textDocument, Position position) {}

    /**
     * {@code headlight/highlight}: light these words up, and no others.
     *
     * @param uri which document
     * @param version the version of it that the ranges are in
     * @param inspection which inspection this is from
     * @param spans none where nothing is pointed at any more
     */
    public record Highlight(String uri, int version, int inspection, List<WeightedSpan> spans) {}

    /**
     * The answer to {@code headlight/models}.
     *
     * @param current the name of the model that answers
     * @param cache the folder that models of the hub are kept in
     * @param models those that are here
     */
    public record Models(String current, String cache, List<Model> models) {}

    /**
     * A model that is here.
     *
     * @param name what {@code headlight/useModel} takes
     * @param type its kind, by its configuration; empty where it doesn't say
     * @param bytes what it takes on the disk
     * @param problem why it can't be used, in a few words; null where it can
     */
    public record Model(String name, String type, long bytes, String problem) {}

    /**
     * {@code headlight/useModel}, and the answer to it.
     *
     * @param model {@code embedded}, a folder, or a name on the hub
     */
    public record UseModel(String model) {}

    /**
     * A range, and how strongly it is attended to.
     *
     * @param range what of the document
     * @param weight between 0 and 1
     */
    public record WeightedSpan(Range range, float weight) {}
}
