package dev.headlight.hub.download;

import dev.headlight.Cancellation;
import dev.headlight.UserException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Sends requests to the hub. It follows redirects itself: the token goes only to the endpoint, and https never
 * redirects to http.
 */
public final class Transport {
    private static final int MOST_REDIRECTS = 10;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    /** Without this, Java sends no credentials to a proxy when it opens a tunnel. */
    private static final String TUNNELS = "jdk.http.auth.tunneling.disabledSchemes";

    private final HttpClient client;
    private final Proxies proxies;
    private final URI endpoint;
    private final Optional<String> token;
    private final Patience patience;

    public Transport(Settings settings) {
        this.proxies = Proxies.of(settings.environment());
        this.endpoint = settings.endpoint();
        this.token = settings.token();
        this.patience = settings.patience();
        if (proxies.authorization(endpoint).isPresent() && System.getProperty(TUNNELS) == null) {
            System.setProperty(TUNNELS, ""); // before Java's client is first used
        }
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(patience.connect())
                .proxy(proxies)
                .build();
    }

    /** Whether the user has an access token. */
    boolean hasToken() {
        return token.isPresent();
    }

    /** A response that is not a redirect, or a redirect that was not to be followed; must be closed. */
    record Answer(URI uri, int status, HttpHeaders headers, Body body) implements AutoCloseable {
        Optional<String> header(String name) {
            return headers.firstValue(name);
        }

        boolean redirects() {
            return REDIRECTS.contains(status);
        }

        @Override
        public void close() {
            body.close();
        }
    }

    /** Called for each response, including redirects. */
    @FunctionalInterface
    interface Hop {
        /** Whether to follow the redirect of a response. */
        boolean follow(Answer answer) throws IOException;
    }

    /**
     * Sends a request and follows redirects.
     *
     * @throws IOException if the network fails
     * @throws UserException if a redirect must not be followed
     * @throws CancellationException if the request is cancelled
     */
    Answer ask(String method, URI uri, Map<String, String> headers, Hop hop, Cancellation cancellation)
            throws IOException {
        URI at = uri;
        for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
            Answer answer = once(method, at, headers, cancellation);
            boolean keep = false;
            try {
                keep = !hop.follow(answer) || !answer.redirects();
            } finally {
                if (!keep) {
                    answer.close();
                }
            }
            if (keep) {
                return answer;
            }
            at = target(answer);
        }
        throw new UserException(uri.getHost() + " redirects in a loop: try again later, or check HF_ENDPOINT.");
    }

    private static URI target(Answer answer) {
        String location = answer.header("Location").orElse("");
        try {
            URI target = answer.uri().resolve(legal(location));
            String scheme = String.valueOf(target.getScheme()).toLowerCase(Locale.ROOT);
            boolean web = scheme.equals("https") || scheme.equals("http") && !isEncrypted(answer.uri());
            if (!location.isEmpty() && web && target.getHost() != null && target.getUserInfo() == null) {
                return target;
            }
        } catch (IllegalArgumentException e) {
            // reported below
        }
        throw new UserException(answer.uri().getHost()
                + " redirects to an address that is not safe to follow: check HF_ENDPOINT, or try again later.");
    }

    private static boolean isEncrypted(URI uri) {
        return "https".equalsIgnoreCase(uri.getScheme());
    }

    /** Encodes the characters that servers forget to encode. */
    private static String legal(String location) {
        StringBuilder encoded = new StringBuilder();
        for (byte unit : location.getBytes(StandardCharsets.UTF_8)) {
            boolean fine = unit > ' ' && unit < 127 && "\"<>\\^`{|}".indexOf(unit) < 0;
            encoded.append(fine ? String.valueOf((char) unit) : String.format("%%%02X", unit & 0xff));
        }
        return encoded.toString();
    }

    private Answer once(String method, URI uri, Map<String, String> headers, Cancellation cancellation)
            throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .timeout(patience.answer())
                .header("User-Agent", "headlight")
                .header("Accept-Encoding", "identity");
        headers.forEach(request::header);
        proxies.authorization(uri).ifPresent(who -> request.header("Proxy-Authorization", who));
        token.filter(secret -> isEndpoint(uri))
                .ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
        HttpResponse<Body> response = await(client.sendAsync(request.build(), info -> new Body()), cancellation);
        return new Answer(uri, response.statusCode(), response.headers(), response.body());
    }

    /** Whether an address has the endpoint's scheme, host and port. */
    boolean isEndpoint(URI uri) {
        return endpoint.getScheme().equalsIgnoreCase(uri.getScheme())
                && endpoint.getHost().equalsIgnoreCase(uri.getHost())
                && port(endpoint) == port(uri);
    }

    private static int port(URI uri) {
        return uri.getPort() >= 0 ? uri.getPort() : isEncrypted(uri) ? 443 : 80;
    }

    private static HttpResponse<Body> await(CompletableFuture<HttpResponse<Body>> answer, Cancellation cancellation)
            throws IOException {
        try {
            return cancellation.await(answer);
        } catch (CancellationException e) {
            answer.cancel(true);
            throw e;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IOException(e.getCause());
        }
    }
}
