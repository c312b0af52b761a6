package dev.headlight.tokens;

import dev.headlight.text.Span;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads tokens as tokenizers spell them, without their tokenizer: {@code ##ing}, {@code Ġcat}, {@code ▁cat}, {@code
 * kot</w>}, or plain words. Their text is put together from them.
 */
public final class SpelledTokens {
    private static final String SPECIAL = "\\[(CLS|SEP|PAD|BOS|EOS)]|</?s>|<(pad|bos|eos|cls|sep)>|<\\|[^|]*\\|>";
    private static final String SEPARATOR = "\\[(SEP|EOS)]|</s>|<(eos|sep)>|<\\|endoftext\\|>";

    private final Spelling spelling;
    private final Map<String, Integer> ids = new LinkedHashMap<>();

    /** A text and its tokens. */
    public record Read(String text, List<Token> tokens) {
        public Read {
            tokens = List.copyOf(tokens);
        }
    }

    /** All tokens of an inspection, which tell how they are spelled. */
    public SpelledTokens(List<String> all) {
        this.spelling = any(all, "Ġ") || any(all, "Ċ")
                ? Spelling.BYTES
                : any(all, "▁")
                        ? Spelling.SENTENCE_PIECE
                        : all.stream().anyMatch(piece -> piece.endsWith("</w>"))
                                ? Spelling.END_OF_WORD
                                : Spelling.WORD_PIECE;
    }

    private static boolean any(List<String> all, String mark) {
        return all.stream().anyMatch(piece -> piece.contains(mark));
    }

    /** Whether a token ends a text. */
    public static boolean separates(Token token) {
        return token.text().matches(SEPARATOR);
    }

    /** One text. */
    public Read read(List<String> pieces, int segment) {
        StringBuilder text = new StringBuilder();
        List<Token> tokens = new ArrayList<>();
        int word = -1;
        boolean wordEnds = true;
        for (String piece : pieces) {
            int id = ids.computeIfAbsent(piece, unknown -> ids.size());
            if (piece.matches(SPECIAL)) {
                tokens.add(new Token(id, piece, null, segment, 0, -1, true));
                wordEnds = true;
                continue;
            }
            String spelled = spelling == Spelling.BYTES || spelling == Spelling.SENTENCE_PIECE
                    ? spelling.text(piece).orElse(piece)
                    : piece;
            boolean begins = wordEnds || begins(spelled);
            String name = name(spelled);
            if (begins) {
                word++;
                if (spaced() && !text.isEmpty()) {
                    text.append(' ');
                }
            }
            if (!spaced() && !text.isEmpty()) {
                text.append(
                        spelled, 0, spelled.length() - spelled.stripLeading().length());
            }
            int start = text.length();
            text.append(name);
            tokens.add(new Token(
                    id, piece, name.isEmpty() ? piece : name, new Span(start, text.length()), segment, 0, word, false));
            wordEnds = spelling == Spelling.END_OF_WORD && piece.endsWith("</w>");
        }
        return new Read(text.toString(), tokens);
    }

    /** Whether spaces stand between words, rather than in the pieces. */
    private boolean spaced() {
        return spelling == Spelling.WORD_PIECE || spelling == Spelling.END_OF_WORD;
    }

    private boolean begins(String spelled) {
        return switch (spelling) {
            case WORD_PIECE -> !spelled.startsWith("##");
            case END_OF_WORD -> false;
            default -> !spelled.isEmpty() && Character.isWhitespace(spelled.charAt(0));
        };
    }

    private String name(String spelled) {
        return switch (spelling) {
            case WORD_PIECE -> spelled.startsWith("##") ? spelled.substring(2) : spelled;
            case END_OF_WORD -> spelled.endsWith("</w>") ? spelled.substring(0, spelled.length() - 4) : spelled;
            default -> spelled.stripLeading();
        };
    }
}
