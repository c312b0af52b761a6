package dev.headlight.cli;

import dev.headlight.UserException;
import java.util.List;
import java.util.Locale;

/** How much Headlight's log says. Other libraries log their errors only: more could hold the user's text. */
final class LogLevel {
    /** The environment variable that names a level. */
    static final String VARIABLE = "HEADLIGHT_LOG";

    private static final List<String> LEVELS = List.of("off", "error", "warn", "info", "debug", "trace");
    private static final String PROPERTY = "org.slf4j.simpleLogger.log.dev.headlight";

    private LogLevel() {}

    /**
     * Sets the level; must come before the first logger.
     *
     * @param level null or empty to leave it as simplelogger.properties says
     * @throws UserException where there is no such level
     */
    static void set(String level) {
        if (level == null || level.isBlank()) {
            return;
        }
        String name = level.strip().toLowerCase(Locale.ROOT);
        if (!LEVELS.contains(name)) {
            throw new UserException("There is no log level “" + level + "”: set " + VARIABLE + " to one of "
                    + String.join(", ", LEVELS) + ".");
        }
        System.setProperty(PROPERTY, name);
    }
}
