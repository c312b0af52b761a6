package dev.headlight.web;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * The first handler of every request. It admits requests to this machine that carry the token, and tells others
 * nothing. It sets the security headers of every response, and exchanges one-time codes for a redirect to an address
 * with the token.
 */
final class Gate extends Handler.Wrapper {
    static final String OPEN = "/open/";
    private static final String NOT_FOUND = "Not found.";
    private static final Pattern PAGE = Pattern.compile("/[0-9a-f]{64}/");
    /** For a page of a server that has ended since; the same for every address, so that it tells nothing. */
    private static final String GONE_PAGE = """
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>Headlight: this address is no longer valid</title>
            <h1>This address is no longer valid</h1>
            <p>Headlight was started again since this page was opened, and each start has an address of its own.</p>
            <ul>
            <li>In an editor, choose <b>Visualize Attention</b> again.</li>
            <li>In a terminal, open the address that <code>headlight web</code> printed last.</li>
            </ul>
            </html>
            """;

    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0).asReadOnlyBuffer();
    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");
    private static final HttpFields HEADERS = HttpFields.build()
            .add(
                    "Content-Security-Policy",
                    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
                            + " base-uri 'none'; form-action 'none'")
            .add("X-Content-Type-Options", "nosniff")
            .add("Referrer-Policy", "no-referrer")
            .add(HttpHeader.CACHE_CONTROL, "no-store, no-transform") // a compressing proxy would delay events
            .asImmutable();

    private final byte[] token;
    private final Set<String> allowedHosts;
    private final OneTimeCodes codes;

    Gate(String token, Set<String> allowedHosts, OneTimeCodes codes) {
        this.codes = codes;
        this.token = token.getBytes(StandardCharsets.US_ASCII);
        this.allowedHosts = allowedHosts;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        putHeaders(response);
        if (!hostIsAllowed(request.getHeaders().get(HttpHeader.HOST))) {
            return refuse(response, callback, 403, "This server answers only to the machine that it runs on.");
        }
        String path = request.getHttpURI().getPath();
        if (path != null && path.startsWith(OPEN)) {
            return open(request, path.substring(OPEN.length()), response, callback);
        }
        if (!tokenIsRight(request.getHttpURI().getPath())) {
            return isVisit(request, path) ? explain(response, callback) : refuse(response, callback, 404, NOT_FOUND);
        }
        return super.handle(request, response, callback);
    }

    /** Whether somebody opens or reloads a page whose address was once right, as far as its form says. */
    private static boolean isVisit(Request request, String path) {
        String accepted = request.getHeaders().get(HttpHeader.ACCEPT);
        return path != null
                && PAGE.matcher(path).matches()
                && request.getMethod().equals("GET")
                && accepted != null
                && accepted.contains("text/html");
    }

    private static boolean explain(Response response, Callback callback) {
        response.setStatus(404);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/html; charset=utf-8");
        response.write(true, StandardCharsets.UTF_8.encode(GONE_PAGE), callback);
        return true;
    }

    /**
     * Redirects to a page, by a relative address, because a proxy may have added a path prefix. Prefetching browsers
     * don't use up the code, nor does another user of this machine, who could have read it in the process list.
     */
    private boolean open(Request request, String code, Response response, Callback callback) {
        boolean ahead = request.getHeaders().contains("Sec-Purpose")
                || request.getHeaders().contains("Purpose")
                || request.getHeaders().contains("X-Moz");
        if (!request.getMethod().equals("GET") || Callers.isAnotherUser(request)) {
            return refuse(response, callback, 404, NOT_FOUND);
        }
        if (ahead) {
            return refuse(response, callback, 503, "Open this address in a browser yourself.");
        }
        OneTimeCodes.Outcome outcome = codes.exchange(code);
        if (outcome instanceof OneTimeCodes.Exchanged good) {
            response.setStatus(303);
            response.getHeaders().put(HttpHeader.LOCATION, "../" + token() + "/" + good.place());
            response.write(true, EMPTY, callback);
            return true;
        }
        return outcome instanceof OneTimeCodes.Spent
                ? refuse(
                        response,
                        callback,
                        410,
                        "This address has expired (it works once, within a minute): open the page from the editor"
                                + " again, or use the address that headlight web printed.")
                : refuse(response, callback, 404, NOT_FOUND);
    }

    private String token() {
        return new String(token, StandardCharsets.US_ASCII);
    }

    /** Answers malformed HTTP, which never reaches a handler. */
    static boolean malformed(Request request, Response response, Callback callback) {
        putHeaders(response);
        return refuse(response, callback, response.getStatus(), "Malformed request.");
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

    /**
     * Stops DNS rebinding: a page elsewhere whose name resolves to this machine still sends its own name as the host.
     */
    private boolean hostIsAllowed(String header) {
        if (header == null) {
            return false;
        }
        String host = header.replaceFirst(":\\d+$", "").toLowerCase(Locale.ROOT);
        return LOOPBACK.contains(host) || allowedHosts.contains(host);
    }

    /** Compares in constant time, so that timing doesn't reveal how much of a guess is right. */
    private boolean tokenIsRight(String path) {
        if (path == null || !path.startsWith("/")) {
            return false;
        }
        int end = path.indexOf('/', 1);
        String given = end < 0 ? path.substring(1) : path.substring(1, end);
        return end > 0 && MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), token);
    }
}
