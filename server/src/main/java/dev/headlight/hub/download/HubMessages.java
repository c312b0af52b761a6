package dev.headlight.hub.download;

import dev.headlight.FileFailure;
import dev.headlight.UserException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.nio.file.Path;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** Messages about failures that users can act on. */
public final class HubMessages {
    private HubMessages() {}

    /** Why a file could not be read or written, in a few words. */
    public static String reason(IOException failure) {
        return FileFailure.reason(failure);
    }

    /** The cache is not writable. */
    public static UserException unwritable(Path cache, IOException failure) {
        String reason = reason(failure);
        String what = FileFailure.isFull(failure)
                ? "The disk that holds " + cache
                        + " is full: free some space, or set HF_HUB_CACHE to a folder elsewhere;"
                        + " what was downloaded is kept."
                : "Can't write to the model cache, " + cache + " (" + reason
                        + "): set HF_HUB_CACHE to a writable folder.";
        return new UserException(what, failure);
    }

    public static UserException noRoom(Path cache, long needed, long free) {
        return new UserException("This model needs " + Bytes.text(needed) + " more, and the disk that holds " + cache
                + " has " + Bytes.text(free)
                + " left: free some space, or set HF_HUB_CACHE to a folder elsewhere.");
    }

    /** The hub did not answer, or not completely. */
    static UserException unreachable(URI uri, IOException failure) {
        String host = uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
        if (failure instanceof SSLException) {
            return new UserException(
                    "The connection to " + host + " is not trusted (" + first(failure)
                            + "): if your organisation's proxy intercepts connections, trust its certificates with"
                            + " HEADLIGHT_JAVA_OPTS=-Djavax.net.ssl.trustStore=FILE.",
                    failure);
        }
        return new UserException(
                "Can't reach " + host + " (" + why(failure)
                        + "): check the connection, and HTTPS_PROXY if you are behind a proxy;"
                        + " what was downloaded is kept, and trying again resumes it.",
                failure);
    }

    private static String why(IOException failure) {
        if (failure instanceof HttpTimeoutException) {
            return "no answer in time";
        }
        if (failure instanceof ConnectException) {
            Throwable cause = failure;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            return cause instanceof java.nio.channels.UnresolvedAddressException
                    ? "no such host"
                    : Optional.ofNullable(cause.getMessage()).orElse("no connection");
        }
        return first(failure);
    }

    private static String first(IOException failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("no reason given");
    }
}
