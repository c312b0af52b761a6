package dev.headlight.web;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Set;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * What every request passes first. It lets through who names the token, in a request to this machine; whoever else asks
 * learns nothing. And it puts the security headers on every answer.
 */
final class Gate extends Handler.Wrapper {
    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");
    private static final HttpFields HEADERS = HttpFields.build()
            .add(
                    "Content-Security-Policy",
                    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
                            + " base-uri 'none'; form-action 'none'")
            .add("X-Content-Type-Options", "nosniff")
            .add("Referrer-Policy", "no-referrer")
            .add(HttpHeader.CACHE_CONTROL, "no-store, no-transform") // a proxy that compresses would hold events back
            .asImmutable();

    private final byte[] token;
    private final Set<String> allowedHosts;

    Gate(String token, Set<String> allowedHosts) {
        this.token = token.getBytes(StandardCharsets.US_ASCII);
        this.allowedHosts = allowedHosts;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        putHeaders(response);
        if (!hostIsAllowed(request.getHeaders().get(HttpHeader.HOST))) {
            return refuse(response, callback, 403, "This server answers only to the machine that it runs on.");
        }
        if (!tokenIsRight(request.getHttpURI().getPath())) {
            return refuse(response, callback, 404, "Not found.");
        }
        return super.handle(request, response, callback);
    }

    /** Answers what is not HTTP that a server should understand, which no handler ever sees. */
    static boolean malformed(Request request, Response response, Callback callback) {
        putHeaders(response);
        return refuse(response, callback, response.getStatus(), "This request can't be understood.");
    }

    private static void putHeaders(Response response) {
        for (HttpField header : HEADERS) {
            response.getHeaders().put(header);
        }
    }

    private static boolean refuse(Response response, Callback callback, int status, String sentence) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain; charset=utf-8");
        response.write(true, StandardCharsets.UTF_8.encode(sentence), callback);
        return true;
    }

    /** Stops DNS rebinding: a page elsewhere whose name was made to point here still names itself as the host. */
    private boolean hostIsAllowed(String header) {
        if (header == null) {
            return false;
        }
        String host = header.replaceFirst(":\\d+$", "").toLowerCase(Locale.ROOT);
        return LOOPBACK.contains(host) || allowedHosts.contains(host);
    }

    /** Compares in constant time, so that answers don't tell how much of a guess is right. */
    private boolean tokenIsRight(String path) {
        if (path == null || !path.startsWith("/")) {
            return false;
        }
        int end = path.indexOf('/', 1);
        String given = end < 0 ? path.substring(1) : path.substring(1, end);
        return end > 0 && MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), token);
    }
}
