package dev.headlight.cli;

import dev.headlight.UserException;
import java.util.List;
import java.util.Locale;

/** Headlight's log level. Other libraries log only errors, because more could contain the user's text. */
final class LogLevel {
    /** The environment variable that sets the level. */
    static final String VARIABLE = "HEADLIGHT_LOG";

    private static final List<String> LEVELS = List.of("off", "error", "warn", "info", "debug", "trace");
    private static final String PROPERTY = "org.slf4j.simpleLogger.log.dev.headlight";

    private LogLevel() {}

    /**
     * Sets the level; call it before creating the first logger.
     *
     * @param level null or empty to keep the level of simplelogger.properties
     * @throws UserException if the level is unknown
     */
    static void set(String level) {
        if (level == null || level.isBlank()) {
            return;
        }
        String name = level.strip().toLowerCase(Locale.ROOT);
        if (!LEVELS.contains(name)) {
            throw new UserException("Unknown log level “" + level + "”: set " + VARIABLE + " to one of "
                    + String.join(", ", LEVELS) + ".");
        }
        System.setProperty(PROPERTY, name);
    }
}
