package dev.headlight.inspect;

import dev.headlight.model.SequenceToSequence.Filling;
import dev.headlight.text.Blanks;
import dev.headlight.text.Span;
import dev.headlight.tokens.SpecialTokens;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * What a model reads where a text has blanks.
 *
 * @param finder the blanks of a text
 * @param names what stands for a blank, by its number in the text
 * @param most how many there may be
 */
record BlankTokens(Function<String, List<Span>> finder, IntFunction<String> names, int most) {

    private static final BlankTokens NONE = new BlankTokens(text -> List.of(), number -> "", 0);

    /** The mask token stands for each. */
    static BlankTokens masks(SpecialTokens special) {
        return of(special.mask().orElseThrow());
    }

    private static BlankTokens of(String token) {
        return new BlankTokens(text -> Blanks.find(text, token), number -> token, Request.MOST_BLANKS);
    }

    /** Of the source of an encoder-decoder; one that fills none reads blanks as they stand. */
    static BlankTokens ofSource(Filling filling, SpecialTokens special) {
        return switch (filling) {
            case TEXT -> masks(special);
            case SENTINELS ->
                new BlankTokens(
                        Blanks::find,
                        SpecialTokens::sentinel,
                        Math.min(special.sentinels().size(), Request.MOST_BLANKS));
            case NOTHING -> NONE;
        };
    }

    /**
     * Of its target: each is predicted where the token before it stands, so that any token will do. Sentinels are what the
     * model itself writes.
     */
    static BlankTokens ofTarget(Filling filling, SpecialTokens special) {
        if (filling == Filling.TEXT) {
            return masks(special);
        }
        Optional<String> token = special.unknown().or(special::mask);
        return token.map(BlankTokens::of)
                .map(all -> filling == Filling.SENTINELS ? all.withoutSentinels() : all)
                .orElse(NONE);
    }

    private BlankTokens withoutSentinels() {
        return new BlankTokens(
                text -> finder.apply(text).stream()
                        .filter(blank -> !Blanks.isSentinel(blank.of(text)))
                        .toList(),
                names,
                most);
    }

    /** The blanks of a text, in order. */
    List<Span> find(String text) {
        return finder.apply(text);
    }
}
