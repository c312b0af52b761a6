package dev.headlight.lsp;

import dev.headlight.protocol.HeadlightLanguageClient;
import dev.headlight.protocol.HeadlightLanguageServer;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.lsp4j.jsonrpc.json.JsonRpcMethod;
import org.eclipse.lsp4j.jsonrpc.services.ServiceEndpoints;
import org.eclipse.lsp4j.services.LanguageServer;

/** The methods of LSP, of which only some are implemented, and all that Headlight adds to it. */
final class Methods {
    /** Those that are answered. */
    static final Set<String> REQUESTS = withOwn(
            false,
            "initialize",
            "shutdown",
            "textDocument/completion",
            "textDocument/hover",
            "textDocument/inlayHint",
            "textDocument/inlineCompletion",
            "textDocument/codeAction",
            "workspace/executeCommand");

    /** Those that are read. */
    static final Set<String> NOTIFICATIONS = withOwn(
            true,
            "initialized",
            "exit",
            "$/cancelRequest",
            "window/workDoneProgress/cancel",
            "textDocument/didOpen",
            "textDocument/didChange",
            "textDocument/didClose");

    private Methods() {}

    /** Some methods of LSP, and those that {@link HeadlightLanguageServer} adds to it. */
    private static Set<String> withOwn(boolean notifications, String... lsp) {
        Set<String> all =
                ServiceEndpoints.getSupportedMethods(LanguageServer.class).keySet();
        Stream<String> own = ServiceEndpoints.getSupportedMethods(HeadlightLanguageServer.class).values().stream()
                .filter(method -> method.isNotification() == notifications && !all.contains(method.getMethodName()))
                .map(JsonRpcMethod::getMethodName);
        return Stream.concat(Stream.of(lsp), own).collect(Collectors.toUnmodifiableSet());
    }

    /** All methods of servers and of editors, with their types. */
    static Map<String, JsonRpcMethod> ofBoth() {
        Map<String, JsonRpcMethod> methods =
                new HashMap<>(ServiceEndpoints.getSupportedMethods(HeadlightLanguageServer.class));
        methods.putAll(ServiceEndpoints.getSupportedMethods(HeadlightLanguageClient.class));
        return methods;
    }
}
