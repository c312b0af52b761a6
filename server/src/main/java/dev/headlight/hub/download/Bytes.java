package dev.headlight.hub.download;

import java.util.Locale;

/** Formats byte counts for people. */
public final class Bytes {
    private Bytes() {}

    /** Such as {@code 440.5 MB}; units are powers of 1000. */
    public static String text(long bytes) {
        String[] units = {"kB", "MB", "GB", "TB", "PB", "EB"};
        double value = bytes / 1000.0;
        int unit = 0;
        while (value >= 999.95 && unit < units.length - 1) {
            value /= 1000;
            unit++;
        }
        return bytes < 1000 ? bytes + " bytes" : String.format(Locale.ROOT, "%.1f %s", value, units[unit]);
    }
}
