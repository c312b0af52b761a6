package dev.headlight.web;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.ee10.servlet.ServletContextResponse;
import org.eclipse.jetty.io.EndPoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers that fail before they are whole. */
final class Unfinished {
    private static final Logger LOG = LoggerFactory.getLogger(Unfinished.class);

    private Unfinished() {}

    /**
     * Breaks the connection, so that half an answer is not taken for a whole one. It is reset: to a client of HTTP/1.0, such
     * as some proxies, one that is just closed would mark the end.
     */
    static void abort(HttpServletResponse response) {
        EndPoint end = ServletContextResponse.getServletContextResponse(response)
                .getResponse()
                .getRequest()
                .getConnectionMetaData()
                .getConnection()
                .getEndPoint();
        try {
            if (end.getTransport() instanceof SocketChannel channel) {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
        } catch (IOException e) {
            LOG.debug("closed already", e);
        }
        end.close();
    }

    /** Takes back what was said of an answer that is not sent; the security headers stay. */
    static void forget(HttpServletResponse response) {
        response.resetBuffer();
        response.setHeader("Content-Disposition", null);
        response.setHeader("Content-Length", null);
    }

    /** Answers a request that ended in an error of Java, such as too little memory. */
    static void failed(HttpServletResponse response, Error error) {
        LOG.error("a request failed", error);
        if (response.isCommitted()) {
            abort(response);
            return;
        }
        forget(response);
        response.setStatus(503);
        response.setContentType("application/json");
        try {
            response.getOutputStream().write(sentence(error).getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            abort(response);
        }
    }

    private static String sentence(Error error) {
        return error instanceof OutOfMemoryError
                ? "{\"error\":\"Out of memory: select less text, or give Java more memory (-Xmx).\"}"
                : "{\"error\":\"Unexpected error: see the server's log.\"}";
    }
}
