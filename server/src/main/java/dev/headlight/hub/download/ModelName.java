package dev.headlight.hub.download;

import dev.headlight.UserException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A model on the hub.
 *
 * @param repository {@code org/name}; the hub's oldest models have only a name
 * @param revision a branch, a tag, or a commit
 */
public record ModelName(String repository, String revision) {
    /** The default branch. */
    public static final String MAIN = "main";

    // https://github.com/huggingface/huggingface_hub, validate_repo_id
    private static final String PART = "(?![.-])[\\w.-]{1,96}(?<![.-])";
    private static final Pattern REPOSITORY = Pattern.compile("(" + PART + "/)?" + PART);
    private static final Pattern REVISION = Pattern.compile("[\\w.-]{1,128}(/[\\w.-]{1,128}){0,8}");
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

    /** Parses a name; empty if no model on the hub can have it. */
    public static Optional<ModelName> parse(String name) {
        int at = name.indexOf('@');
        String repository = at < 0 ? name : name.substring(0, at);
        String revision = at < 0 ? MAIN : name.substring(at + 1);
        boolean valid = isRepository(repository) && isRevision(revision);
        return valid ? Optional.of(new ModelName(repository, revision)) : Optional.empty();
    }

    private static boolean isRepository(String text) {
        return text.length() <= 96
                && REPOSITORY.matcher(text).matches()
                && !text.contains("--")
                && !text.contains("..")
                && !text.endsWith(".git");
    }

    private static boolean isRevision(String text) {
        return REVISION.matcher(text).matches() && !text.matches("(.*/)?\\.{1,2}(/.*)?");
    }

    /** Parses a name that the user expects on the hub. */
    public static ModelName require(String name) {
        return parse(name)
                .orElseThrow(() -> new UserException("\"" + name
                        + "\" can't be a model on the hub: write organisation/name, or organisation/name@revision."));
    }

    public static boolean isCommit(String text) {
        return COMMIT.matcher(text).matches();
    }

    /** Whether it names an organisation; models without one are only found in a cache that Python filled. */
    public boolean hasOrganisation() {
        return repository.indexOf('/') > 0;
    }

    @Override
    public String toString() {
        return revision.equals(MAIN) ? repository : repository + "@" + revision;
    }
}
