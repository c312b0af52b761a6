package dev.headlight.hub.download;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.headlight.Cancellation;
import dev.headlight.UserException;
import dev.headlight.hub.download.Transport.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A repository on the hub, through its API: its files and their metadata. */
public final class Repository {
    /** Enough for a million file names. */
    private static final int LARGEST_LISTING = 100_000_000;

    private final Settings settings;
    private final Transport transport;
    private final ModelName name;
    private final Cancellation cancellation;

    /**
     * The files of a revision.
     *
     * @param commit the revision's current commit
     * @param files their paths
     */
    public record Listing(String commit, List<String> files) {}

    /**
     * A file's metadata from the hub.
     *
     * @param etag SHA-256 of a large file, the Git hash of a small one; always a plain file name
     * @param size in bytes
     */
    public record Meta(String etag, long size) {}

    public Repository(Settings settings, Transport transport, ModelName name, Cancellation cancellation) {
        this.settings = settings;
        this.transport = transport;
        this.name = name;
        this.cancellation = cancellation;
    }

    /**
     * Lists a revision.
     *
     * @throws UserException if the repository or revision doesn't exist, or the user has no access
     */
    public Listing list() {
        URI uri = URI.create(
                settings.endpoint() + "/api/models/" + name.repository() + "/revision/" + encoded(name.revision()));
        String json = attempts(uri).run(() -> {
            try (Answer answer = transport.ask("GET", uri, Map.of(), this::follow, cancellation)) {
                check(answer);
                return text(answer);
            }
        });
        return listing(json);
    }

    private Listing listing(String text) {
        try {
            JsonObject json = JsonParser.parseString(text).getAsJsonObject();
            String commit = json.get("sha").getAsString();
            List<String> files = new ArrayList<>();
            for (JsonElement sibling : json.getAsJsonArray("siblings")) {
                files.add(sibling.getAsJsonObject().get("rfilename").getAsString());
            }
            if (ModelName.isCommit(commit)) {
                return new Listing(commit, files);
            }
        } catch (JsonParseException
                | IllegalStateException
                | NullPointerException
                | ClassCastException
                | UnsupportedOperationException
                | StackOverflowError e) {
            // reported below
        }
        throw strange();
    }

    private String text(Answer answer) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (List<ByteBuffer> some = read(answer); !some.isEmpty(); some = read(answer)) {
            for (ByteBuffer buffer : some) {
                byte[] part = new byte[buffer.remaining()];
                buffer.get(part);
                bytes.write(part);
            }
            if (bytes.size() > LARGEST_LISTING) {
                throw strange();
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private List<ByteBuffer> read(Answer answer) throws IOException {
        return answer.body().next(settings.patience().stall(), cancellation);
    }

    /** The address of a file at a commit. */
    public URI uri(String commit, String file) {
        return URI.create(settings.endpoint() + "/" + name.repository() + "/resolve/" + commit + "/" + encoded(file));
    }

    /** Requests a file's metadata without its content. */
    public Meta meta(String commit, String file) {
        URI uri = uri(commit, file);
        return attempts(uri).run(() -> {
            try (Answer answer = transport.ask("HEAD", uri, Map.of(), this::follow, cancellation)) {
                check(answer);
                boolean same =
                        answer.header("X-Repo-Commit").map(commit::equals).orElse(true);
                Optional<String> etag = etag(answer);
                Optional<Long> size = size(answer);
                if (!same || etag.isEmpty() || size.isEmpty()) {
                    throw strange();
                }
                return new Meta(etag.get(), size.get());
            }
        });
    }

    /** Follows redirects until the file's metadata is known, and only within the hub. */
    private boolean follow(Answer answer) {
        return answer.header("X-Linked-Etag").isEmpty();
    }

    /** The ETag of a response; empty if it has none, or one that is not a plain file name. */
    static Optional<String> etag(Answer answer) {
        return answer.header("X-Linked-Etag")
                .or(() -> answer.redirects() ? Optional.empty() : answer.header("ETag"))
                .map(etag -> etag.replaceFirst("^W/", "").replace("\"", ""))
                .filter(etag -> etag.matches("[\\w-][\\w.-]{0,199}"));
    }

    private static Optional<Long> size(Answer answer) {
        return answer.header("X-Linked-Size")
                .or(() -> answer.redirects() ? Optional.empty() : answer.header("Content-Length"))
                .filter(size -> size.matches("\\d{1,18}"))
                .map(Long::valueOf);
    }

    Attempts attempts(URI uri) {
        return new Attempts(settings.patience(), uri, cancellation);
    }

    /**
     * Throws unless the status is 2xx or 3xx.
     *
     * @throws Attempts.Busy if the failure is transient
     * @throws UserException if it is permanent
     */
    void check(Answer answer) throws Attempts.Busy {
        if (answer.status() < 400) {
            return;
        }
        Optional<Attempts.Busy> busy = Attempts.Busy.of(answer);
        if (busy.isPresent()) {
            throw busy.get();
        }
        throw refused(answer);
    }

    private UserException refused(Answer answer) {
        String host = settings.endpoint().getHost();
        String code = answer.header("X-Error-Code").orElse("");
        int status = answer.status();
        if (code.equals("GatedRepo")) {
            return new UserException(name.repository() + " is gated: accept its terms at " + settings.endpoint() + "/"
                    + name.repository() + ", and set HF_TOKEN to your access token.");
        }
        if (code.equals("RevisionNotFound")) {
            return new UserException(name.repository() + " has no revision " + name.revision()
                    + ": leave it out, or name a branch, a tag or a commit.");
        }
        if (code.equals("EntryNotFound")) {
            return new UserException(name + " lists a file that " + host
                    + " doesn't have: try again later, or choose another revision.");
        }
        if (status == 401 && transport.hasToken() && !code.equals("RepoNotFound")) {
            return new UserException(host + " rejects the access token: set HF_TOKEN to a valid one.");
        }
        if (status == 403) {
            return new UserException(name.repository()
                    + " is not accessible with this token: use a token with access, or another model.");
        }
        if (status == 401 || status == 404) {
            return new UserException("There is no model " + name.repository() + " on " + host
                    + ", or it is private: check the name" + (transport.hasToken() ? "." : ", or set HF_TOKEN."));
        }
        return new UserException(host + " returned status " + status + ": check HF_ENDPOINT, or try again later.");
    }

    public UserException strange() {
        return new UserException(
                settings.endpoint().getHost() + " doesn't answer like the Hugging Face hub: check HF_ENDPOINT.");
    }

    private static String encoded(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
