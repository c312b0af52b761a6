package dev.headlight.web;

import com.google.gson.JsonObject;
import dev.headlight.session.Listener;
import dev.headlight.session.ModelState;
import dev.headlight.session.Session;
import io.javalin.http.sse.SseClient;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Sends events to open pages as server-sent events; regular comments show that the server is alive. */
final class Events implements Listener, AutoCloseable {
    private static final int HEARTBEAT_SECONDS = 15;

    /** After so many heartbeats without a page, none will be back that was only reloaded. */
    private static final int BEATS_ALONE = 2;

    private final Session session;
    private final Set<SseClient> pages = ConcurrentHashMap.newKeySet();
    private int alone; // heartbeats without a page; sender's thread only
    /** Writes all events, so that pages get them in order and a slow one blocks no other thread. */
    private final ScheduledExecutorService sender = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "headlight-events");
        thread.setDaemon(true);
        return thread;
    });

    Events(Session session) {
        this.session = session;
        session.listen(this);
        sender.scheduleWithFixedDelay(this::beat, HEARTBEAT_SECONDS, HEARTBEAT_SECONDS, TimeUnit.SECONDS);
    }

    private void beat() {
        pages.forEach(page -> page.sendComment("still here"));
        alone = pages.isEmpty() ? alone + 1 : 0;
        if (alone == BEATS_ALONE) {
            session.closeSecond(); // no page shows it
        }
    }

    void connect(SseClient page) {
        page.keepAlive();
        page.onClose(() -> pages.remove(page));
        pages.add(page);
        String model = model();
        send(() -> page.sendEvent("model", model));
    }

    @Override
    public void modelChanged(ModelState state) {
        tellModel();
    }

    @Override
    public void nextModelChanged(ModelState state) {
        tellModel();
    }

    private void tellModel() {
        String model = model();
        send(() -> pages.forEach(page -> page.sendEvent("model", model)));
    }

    private String model() {
        return ascii(Api.model(session.state(), session.next()));
    }

    @Override
    public void cursorMoved(int inspection, OptionalInt token) {
        JsonObject cursor = new JsonObject();
        cursor.addProperty("inspection", inspection);
        token.ifPresent(number -> cursor.addProperty("token", number));
        send(() -> pages.forEach(page -> page.sendEvent("cursor", ascii(cursor))));
    }

    private void send(Runnable event) {
        try {
            sender.execute(event);
        } catch (RejectedExecutionException e) {
            // closed meanwhile: no page is left to tell
        }
    }

    /** Servlet text output is limited to Latin-1, so other characters are escaped. */
    private static String ascii(JsonObject json) {
        StringBuilder ascii = new StringBuilder();
        for (char unit : json.toString().toCharArray()) {
            ascii.append(unit < 128 ? String.valueOf(unit) : "\\u%04x".formatted((int) unit));
        }
        return ascii.toString();
    }

    @Override
    public void close() {
        session.ignore(this);
        sender.shutdownNow();
        pages.forEach(SseClient::close);
    }
}
