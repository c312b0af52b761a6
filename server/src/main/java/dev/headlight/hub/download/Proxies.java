package dev.headlight.hub.download;

import dev.headlight.UserException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Selects a request's proxy by {@code HTTPS_PROXY}, {@code HTTP_PROXY}, {@code ALL_PROXY} and {@code NO_PROXY}, lower
 * case first, as curl and Python do; if none is set, by Java's own settings.
 */
final class Proxies extends ProxySelector {
    private static final int DEFAULT_PORT = 80;

    private final Optional<URI> http;
    private final Optional<URI> https;
    private final List<String> direct;
    private final ProxySelector otherwise;

    private Proxies(Optional<URI> http, Optional<URI> https, List<String> direct, ProxySelector otherwise) {
        this.http = http;
        this.https = https;
        this.direct = direct;
        this.otherwise = otherwise;
    }

    static Proxies of(Map<String, String> environment) {
        Optional<URI> all = proxy(environment, "all_proxy");
        List<String> direct = variable(environment, "no_proxy").stream()
                .flatMap(value -> Arrays.stream(value.split("[,\\s]+")))
                .map(entry -> entry.toLowerCase(Locale.ROOT).replaceFirst("^\\*?\\.", ""))
                .filter(entry -> !entry.isEmpty())
                .toList();
        return new Proxies(
                proxy(environment, "http_proxy").or(() -> all),
                proxy(environment, "https_proxy").or(() -> all),
                direct,
                ProxySelector.getDefault());
    }

    private static Optional<String> variable(Map<String, String> environment, String name) {
        return Stream.of(name, name.toUpperCase(Locale.ROOT))
                .map(environment::get)
                .filter(value -> value != null && !value.isBlank())
                .map(String::strip)
                .findFirst();
    }

    private static Optional<URI> proxy(Map<String, String> environment, String name) {
        return variable(environment, name).map(value -> {
            try {
                URI uri = new URI(value.contains("://") ? value : "http://" + value);
                if ("http".equalsIgnoreCase(uri.getScheme()) && uri.getHost() != null) {
                    return uri;
                }
            } catch (URISyntaxException e) {
                // reported below, without the value: it may contain a password
            }
            throw new UserException(name.toUpperCase(Locale.ROOT)
                    + " is not a proxy that Headlight can use: write it like http://host:port.");
        });
    }

    /** The proxy that the environment sets for an address. */
    private Optional<URI> proxy(URI uri) {
        Optional<URI> proxy = "https".equalsIgnoreCase(uri.getScheme()) ? https : http;
        return proxy.filter(there -> !isDirect(uri));
    }

    private boolean isDirect(URI uri) {
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        int port = uri.getPort() > 0 ? uri.getPort() : "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
        return direct.stream()
                .anyMatch(entry -> entry.equals("*")
                        || Stream.of(host, host + ":" + port)
                                .anyMatch(name -> name.equals(entry) || name.endsWith("." + entry)));
    }

    @Override
    public List<Proxy> select(URI uri) {
        Optional<URI> proxy = proxy(uri);
        if (proxy.isPresent()) {
            URI at = proxy.get();
            int port = at.getPort() > 0 ? at.getPort() : DEFAULT_PORT;
            return List.of(new Proxy(Proxy.Type.HTTP, new InetSocketAddress(at.getHost(), port)));
        }
        boolean silent = http.isEmpty() && https.isEmpty() && otherwise != null;
        return silent ? otherwise.select(uri) : List.of(Proxy.NO_PROXY);
    }

    /**
     * The Proxy-Authorization header for an address, if the environment has credentials for its proxy. Java's
     * Authenticator would suppress the hub's own Authorization header.
     */
    Optional<String> authorization(URI uri) {
        return proxy(uri).map(URI::getRawUserInfo).map(info -> {
            String name = info.contains(":") ? info : info + ":";
            byte[] decoded = URLDecoder.decode(name.replace("+", "%2B"), StandardCharsets.UTF_8)
                    .getBytes(StandardCharsets.UTF_8);
            return "Basic " + Base64.getEncoder().encodeToString(decoded);
        });
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException failure) {
        // the request will fail with a message
    }
}
