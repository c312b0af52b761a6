package dev.headlight.documents;

/** The units in which an editor counts the characters of a line. */
public enum PositionEncoding {
    UTF8("utf-8") {
        @Override
        int units(int codePoint) {
            return codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
        }
    },
    UTF16("utf-16") {
        @Override
        int units(int codePoint) {
            return Character.charCount(codePoint);
        }
    },
    UTF32("utf-32") {
        @Override
        int units(int codePoint) {
            return 1;
        }
    };

    private final String lspName;

    PositionEncoding(String lspName) {
        this.lspName = lspName;
    }

    /** Its name in LSP. */
    public String lspName() {
        return lspName;
    }

    abstract int units(int codePoint);

    /** The offset in a text of a character after a line's start; within the line. */
    final int offset(String text, int lineStart, int lineEnd, int character) {
        if (this == UTF16) {
            return (int) Math.min((long) lineStart + character, lineEnd);
        }
        int at = lineStart;
        for (int left = character; at < lineEnd; ) {
            int codePoint = text.codePointAt(at);
            left -= units(codePoint);
            if (left < 0) {
                break; // inside a character: before it
            }
            at += Character.charCount(codePoint);
        }
        return Math.min(at, lineEnd);
    }

    /** The character of an offset in a line. */
    final int character(String text, int lineStart, int offset) {
        return this == UTF16
                ? offset - lineStart
                : text.substring(lineStart, offset)
                        .codePoints()
                        .map(this::units)
                        .sum();
    }
}
