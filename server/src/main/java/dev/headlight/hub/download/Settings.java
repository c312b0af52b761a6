package dev.headlight.hub.download;

import dev.headlight.UserException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The hub's settings in the environment variables that huggingface_hub reads:
 * https://huggingface.co/docs/huggingface_hub/package_reference/environment_variables.
 *
 * @param endpoint the address of the hub, without a trailing slash
 * @param cache the folder of {@code models--org--name}
 * @param tokenFile the file that may contain a token
 * @param offline whether nothing may be downloaded
 * @param environment all variables, for proxies and the token
 */
public record Settings(
        URI endpoint, Path cache, Path tokenFile, boolean offline, Patience patience, Map<String, String> environment) {
    private static final String HUGGING_FACE = "https://huggingface.co";
    private static final Pattern VARIABLE = Pattern.compile("\\$(?:(\\w+)|\\{([^}]*)\\})");
    private static final Set<String> YES = Set.of("1", "on", "yes", "true");

    /**
     * Reads an environment.
     *
     * @param home the user's home folder, which {@code ~} stands for, if there is one
     * @throws UserException if a variable is invalid, or neither one nor a home says where models are kept
     */
    public static Settings of(Map<String, String> environment, Optional<Path> home) {
        Reader reader = new Reader(environment, home);
        Path hubHome = reader.path("HF_HOME")
                .or(() -> reader.path("XDG_CACHE_HOME").map(caches -> caches.resolve("huggingface")))
                .orElseGet(() -> reader.home().resolve(".cache/huggingface"));
        Path cache = reader.path("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE").orElse(hubHome.resolve("hub"));
        return new Settings(
                endpoint(reader.text("HF_ENDPOINT").orElse(HUGGING_FACE)),
                cache.toAbsolutePath(),
                reader.path("HF_TOKEN_PATH").orElse(hubHome.resolve("token")),
                reader.yes("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"),
                Patience.of(
                        reader.seconds("HF_HUB_ETAG_TIMEOUT").orElse(Duration.ofSeconds(30)),
                        reader.seconds("HF_HUB_DOWNLOAD_TIMEOUT").orElse(Duration.ofSeconds(30))),
                environment);
    }

    private static URI endpoint(String text) {
        try {
            URI uri = new URI(text.replaceFirst("/+$", ""));
            if (uri.getHost() != null
                    && uri.getUserInfo() == null
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null
                    && Set.of("http", "https")
                            .contains(String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT))) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // reported below
        }
        throw new UserException("HF_ENDPOINT is not a valid address: write it like " + HUGGING_FACE + ".");
    }

    /** The user's token, which is sent to the endpoint only. */
    Optional<String> token() {
        Reader reader = new Reader(environment, Optional.empty());
        Optional<String> set = reader.text("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN");
        if (set.isPresent() || reader.yes("HF_HUB_DISABLE_IMPLICIT_TOKEN")) {
            return set.map(Settings::checked);
        }
        try {
            return Optional.of(Files.readString(tokenFile).strip())
                    .filter(token -> !token.isEmpty())
                    .map(Settings::checked);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UserException("Can't read the token in " + tokenFile + ": " + HubMessages.reason(e) + ".", e);
        }
    }

    private static String checked(String token) {
        if (!token.matches("[!-~]+")) {
            throw new UserException("The token for the hub contains invalid characters: set HF_TOKEN again.");
        }
        return token;
    }

    /** Variables by name; an empty one counts as unset. */
    private record Reader(Map<String, String> environment, Optional<Path> known) {
        Path home() {
            return known.orElseThrow(() -> new UserException("Headlight found no home folder to keep models in:"
                    + " set HF_HOME to the full path of a folder."));
        }

        Optional<String> text(String... names) {
            return Arrays.stream(names)
                    .map(environment::get)
                    .filter(value -> value != null && !value.isBlank())
                    .map(String::strip)
                    .findFirst();
        }

        Optional<Path> path(String... names) {
            return text(names).map(value -> {
                try {
                    boolean atHome = value.equals("~") || value.startsWith("~/");
                    String rest = expanded(atHome ? value.substring(Math.min(2, value.length())) : value);
                    return atHome ? home().resolve(rest) : Path.of(rest);
                } catch (InvalidPathException e) {
                    throw new UserException(names[0] + " is not a valid folder name: " + e.getReason() + ".", e);
                }
            });
        }

        /** Expands variables in a value like Python's {@code expandvars}; unknown ones are left unchanged. */
        private String expanded(String value) {
            return VARIABLE.matcher(value).replaceAll(found -> {
                String name = found.group(1) == null ? found.group(2) : found.group(1);
                return Matcher.quoteReplacement(environment.getOrDefault(name, found.group()));
            });
        }

        boolean yes(String... names) {
            return Arrays.stream(names)
                    .map(environment::get)
                    .anyMatch(
                            value -> value != null && YES.contains(value.strip().toLowerCase(Locale.ROOT)));
        }

        Optional<Duration> seconds(String name) {
            return text(name).map(value -> {
                if (!value.matches("\\d{1,5}(\\.\\d+)?") || Double.parseDouble(value) == 0) {
                    throw new UserException(name + " is " + value + ": use a number of seconds.");
                }
                return Duration.ofMillis((long) (1000 * Double.parseDouble(value)));
            });
        }
    }
}
