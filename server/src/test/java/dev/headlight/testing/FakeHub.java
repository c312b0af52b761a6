package dev.headlight.testing;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A server that behaves as the Hugging Face hub does: it lists repositories, sends small files itself, and sends people
 * who want large ones to another host. It can misbehave on demand, request by request.
 */
public final class FakeHub implements AutoCloseable {
    private static final Pattern LISTING = Pattern.compile("/api/models/([^/]+/[^/]+)/revision/([^/]+)");
    private static final Pattern FILE = Pattern.compile("/([^/]+/[^/]+)/resolve/([^/]+)/(.+)");
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-");

    private final HttpServer hub;
    private final HttpServer cdn;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, Repository> repositories = new ConcurrentHashMap<>();
    private final List<Seen> seen = new CopyOnWriteArrayList<>();
    private final List<Trick> tricks = new CopyOnWriteArrayList<>();

    /** A request, by {@code HUB GET /path} or {@code CDN GET /path}, and its headers. */
    public record Seen(String line, Map<String, List<String>> headers) {
        public Optional<String> header(String name) {
            return headers.getOrDefault(name, List.of()).stream().findFirst();
        }
    }

    /** Handles a request; true if it was answered. */
    @FunctionalInterface
    public interface Answer {
        boolean to(HttpExchange exchange) throws IOException;
    }

    private record Trick(Predicate<String> line, Answer answer, int[] times) {}

    /** A repository at one commit. */
    public static final class Repository {
        private final Map<String, byte[]> files = new TreeMap<>();
        private volatile String commit = "0123456789abcdef0123456789abcdef01234567";

        public Repository file(String name, String content) {
            return file(name, content.getBytes(StandardCharsets.UTF_8));
        }

        public Repository file(String name, byte[] content) {
            files.put(name, content);
            return this;
        }

        public Repository commit(String sha) {
            commit = sha;
            return this;
        }

        public byte[] bytes(String name) {
            return files.get(name).clone();
        }
    }

    public FakeHub() {
        hub = server("HUB", this::answerAsHub);
        cdn = server("CDN", this::answerAsCdn);
    }

    private HttpServer server(String name, Answer usual) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
            server.setExecutor(threads);
            server.createContext("/", exchange -> {
                try (exchange) {
                    String line = name + " " + exchange.getRequestMethod() + " "
                            + exchange.getRequestURI().getRawPath();
                    seen.add(new Seen(line, Map.copyOf(exchange.getRequestHeaders())));
                    if (!trick(line, exchange)) {
                        usual.to(exchange);
                    }
                } catch (IOException e) {
                    // the client has disconnected
                }
            });
            server.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean trick(String line, HttpExchange exchange) throws IOException {
        for (Trick trick : tricks) {
            if (trick.line().test(line) && take(trick) && trick.answer().to(exchange)) {
                return true;
            }
        }
        return false;
    }

    private static boolean take(Trick trick) {
        synchronized (trick) {
            return trick.times()[0]-- > 0;
        }
    }

    /** A repository, created if absent. */
    public Repository repository(String name) {
        return repositories.computeIfAbsent(name, n -> new Repository());
    }

    /** A repository with the files of a folder. */
    public Repository repository(String name, Path folder) throws IOException {
        Repository repository = repository(name);
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                repository.file(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        return repository;
    }

    /** Answers the next requests whose line matches in another way. */
    public void next(int times, String line, Answer answer) {
        tricks.add(new Trick(Pattern.compile(line).asPredicate(), answer, new int[] {times}));
    }

    public void always(String line, Answer answer) {
        next(Integer.MAX_VALUE, line, answer);
    }

    /** An answer of a status and headers, {@code Name: value} each. */
    public static Answer status(int status, String... headers) {
        return exchange -> {
            for (String header : headers) {
                exchange.getResponseHeaders().add(header.split(": ")[0], header.split(": ", 2)[1]);
            }
            exchange.sendResponseHeaders(status, -1);
            return true;
        };
    }

    /** The right headers for a whole file, then only the first bytes of it, then the end of the connection. */
    public static Answer cut(byte[] content, int after) {
        return exchange -> {
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content, 0, after);
            exchange.getResponseBody().flush();
            throw new IOException("cut");
        };
    }

    /** The first bytes, then nothing for a long time. */
    public static Answer silent(byte[] content, int after) {
        return exchange -> {
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content, 0, after);
            exchange.getResponseBody().flush();
            pause(20_000);
            throw new IOException("cut");
        };
    }

    /** All bytes, some at a time. */
    public static Answer slowly(byte[] content, int atOnce, int millis) {
        return exchange -> {
            Matcher range = range(exchange);
            int from = range.matches() ? Integer.parseInt(range.group(1)) : 0;
            if (from > 0) {
                exchange.getResponseHeaders()
                        .add("Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
            }
            exchange.sendResponseHeaders(from > 0 ? 206 : 200, content.length - from);
            for (int at = from; at < content.length; at += atOnce) {
                exchange.getResponseBody().write(content, at, Math.min(atOnce, content.length - at));
                exchange.getResponseBody().flush();
                pause(millis);
            }
            return true;
        };
    }

    private static void pause(int millis) throws IOException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private boolean answerAsHub(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        Matcher listing = LISTING.matcher(path);
        Matcher file = FILE.matcher(path);
        String name = listing.matches() ? listing.group(1) : file.matches() ? file.group(1) : "";
        Repository repository = repositories.get(name);
        if (repository == null) {
            return status(401, "X-Error-Code: RepoNotFound").to(exchange);
        }
        String revision = listing.matches() ? listing.group(2) : file.group(2);
        if (!List.of("main", "v1", repository.commit).contains(revision)) {
            return status(404, "X-Error-Code: RevisionNotFound").to(exchange);
        }
        if (listing.matches()) {
            return list(exchange, repository);
        }
        byte[] content = repository.files.get(file.group(3));
        if (content == null) {
            return status(404, "X-Error-Code: EntryNotFound").to(exchange);
        }
        return send(exchange, repository, file.group(3), content);
    }

    private boolean list(HttpExchange exchange, Repository repository) throws IOException {
        JsonObject json = new JsonObject();
        json.addProperty("sha", repository.commit);
        JsonArray siblings = new JsonArray();
        for (String name : repository.files.keySet()) {
            JsonObject sibling = new JsonObject();
            sibling.addProperty("rfilename", name);
            siblings.add(sibling);
        }
        json.add("siblings", siblings);
        byte[] bytes = json.toString().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        return true;
    }

    private boolean send(HttpExchange exchange, Repository repository, String name, byte[] content) throws IOException {
        exchange.getResponseHeaders().add("X-Repo-Commit", repository.commit);
        if (!isLarge(name)) {
            exchange.getResponseHeaders().add("ETag", '"' + gitHash(content) + '"');
            return send(exchange, content);
        }
        exchange.getResponseHeaders().add("X-Linked-Etag", '"' + sha256(content) + '"');
        exchange.getResponseHeaders().add("X-Linked-Size", String.valueOf(content.length));
        exchange.getResponseHeaders().add("ETag", "\"of-the-redirect\"");
        exchange.getResponseHeaders().add("Location", cdnUrl() + "/" + sha256(content) + "?signature=a%22b");
        exchange.sendResponseHeaders(302, -1);
        return true;
    }

    private static boolean isLarge(String name) {
        return name.endsWith(".safetensors") || name.endsWith(".bin");
    }

    private boolean answerAsCdn(HttpExchange exchange) throws IOException {
        String etag = exchange.getRequestURI().getPath().substring(1);
        Optional<byte[]> content = repositories.values().stream()
                .flatMap(repository -> repository.files.values().stream())
                .filter(bytes -> sha256(bytes).equals(etag))
                .findFirst();
        if (content.isEmpty()) {
            return status(403).to(exchange);
        }
        exchange.getResponseHeaders().add("ETag", "\"multipart-7\"");
        return send(exchange, content.get());
    }

    /** Sends a file, or the range of it that was asked for. */
    private static boolean send(HttpExchange exchange, byte[] content) throws IOException {
        Matcher range = range(exchange);
        int from = range.matches() ? Integer.parseInt(range.group(1)) : 0;
        if (from >= content.length && from > 0) {
            exchange.getResponseHeaders().add("Content-Range", "bytes */" + content.length);
            exchange.sendResponseHeaders(416, -1);
            return true;
        }
        byte[] part = Arrays.copyOfRange(content, from, content.length);
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().add("Content-Length", String.valueOf(part.length));
            exchange.sendResponseHeaders(200, -1);
            return true;
        }
        if (range.matches()) {
            exchange.getResponseHeaders()
                    .add("Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
        }
        exchange.sendResponseHeaders(range.matches() ? 206 : 200, part.length == 0 ? -1 : part.length);
        try (OutputStream body = exchange.getResponseBody()) {
            body.write(part);
        }
        return true;
    }

    private static Matcher range(HttpExchange exchange) {
        return RANGE.matcher(String.valueOf(exchange.getRequestHeaders().getFirst("Range")));
    }

    /** The hash that Git gives a blob. */
    public static String gitHash(byte[] content) {
        byte[] head = ("blob " + content.length + "\0").getBytes(StandardCharsets.US_ASCII);
        byte[] all = Arrays.copyOf(head, head.length + content.length);
        System.arraycopy(content, 0, all, head.length, content.length);
        return hash("SHA-1", all);
    }

    public static String sha256(byte[] content) {
        return hash("SHA-256", content);
    }

    private static String hash(String algorithm, byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The requests so far whose line matches. */
    public List<Seen> seen(String line) {
        Pattern pattern = Pattern.compile(line);
        return seen.stream()
                .filter(request -> pattern.matcher(request.line()).find())
                .toList();
    }

    public void forget() {
        seen.clear();
    }

    public String url() {
        return "http://127.0.0.1:" + hub.getAddress().getPort();
    }

    /** Another host, by its name and by its port. */
    public String cdnUrl() {
        return "http://localhost:" + cdn.getAddress().getPort();
    }

    @Override
    public void close() {
        hub.stop(0);
        cdn.stop(0);
        threads.shutdownNow();
    }
}
