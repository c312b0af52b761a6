package dev.headlight.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Texts of all lengths, layers, comparisons, files and words, asked for by several clients at once.
 * {@code -Dheadlight.soak=600} does so for as many seconds. The server's heap is touched as a whole before, so that its
 * resident memory grows by native memory alone.
 */
@Tag("slow")
@Timeout(value = 1, unit = TimeUnit.HOURS)
@EnabledOnOs(value = OS.LINUX, disabledReason = "reads resident memory from /proc")
class MixedLoadSoak {
    private static final int SECONDS = Integer.getInteger("headlight.soak", 60);
    private static final int CLIENTS = 3;
    private static final int READINGS = 60;
    /** What may come and go with the texts at hand: the limit never is lower. */
    private static final long LEAST_LIMIT_MEGABYTES = 64;

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final String[] WORDS = "the cat sat on a mat and it was not what they had seen before".split(" ");

    private final AtomicLong requests = new AtomicLong();
    private volatile boolean over;

    @TempDir
    Path temp;

    @Test
    void memoryIsFlatUnderMixedLoad() throws Exception {
        Process process = Headlight.with("web", "--no-browser", "--memory", "32")
                .environment("HEADLIGHT_JAVA_OPTS", "-Xms384m -XX:+AlwaysPreTouch")
                .start(temp.resolve("err"));
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String page = out.readLine();
            List<Future<?>> ends = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                Random random = new Random(i);
                ends.add(clients.submit(() -> load(page, random)));
            }
            List<Long> readings = new ArrayList<>();
            Instant begun = Instant.now();
            for (int i = 0; i < READINGS; i++) {
                Duration at = Duration.ofMillis(1000L * SECONDS * (i + 1) / READINGS);
                Thread.sleep(Math.max(
                        0, at.minus(Duration.between(begun, Instant.now())).toMillis()));
                readings.add(residentMegabytes(process.pid()));
            }
            over = true;
            for (Future<?> end : ends) {
                end.get(60, TimeUnit.SECONDS);
            }
            report(readings);
            assertThat(Files.readString(temp.resolve("err"))).isEmpty();
            assertFlat(readings.subList(READINGS / 3, READINGS)); // it warms up before
        } finally {
            clients.shutdownNow();
            process.destroy();
            process.waitFor();
        }
    }

    private void report(List<Long> readings) {
        System.out.println("Resident memory in MB over " + SECONDS + " s and " + requests + " requests: " + readings);
    }

    private static void assertFlat(List<Long> readings) {
        int half = readings.size() / 2;
        List<Long> steps = new ArrayList<>();
        for (int i = 1; i < readings.size(); i++) {
            steps.add(Math.abs(readings.get(i) - readings.get(i - 1)));
        }
        long grown = median(readings.subList(half, readings.size())) - median(readings.subList(0, half));
        long noise = median(steps);
        assertThat(grown)
                .as("megabytes more in the second half, where readings scatter by " + noise + " MB")
                .isLessThan(Math.max(LEAST_LIMIT_MEGABYTES, 3 * noise));
    }

    private static long median(List<Long> values) {
        List<Long> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2);
    }

    private static long residentMegabytes(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc", String.valueOf(pid), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElseThrow();
    }

    private Void load(String page, Random random) throws Exception {
        int other = open(page, random);
        while (!over) {
            int id = open(page, random);
            String inspection = page + "api/inspections/" + id;
            int layer = random.nextInt(12);
            int head = random.nextInt(12);
            switch (random.nextInt(8)) {
                case 0 -> get(inspection + "/export/attention.safetensors?layers=" + (layer + 1));
                case 1 -> get(inspection + "/export/attention.json?layers=1&heads=" + (head + 1));
                case 2 -> get(inspection + "/export/attention.html");
                case 3 -> get(inspection + "/candidate?place=0&word=cat");
                case 4 -> get(inspection + "/difference/self/" + other);
                case 5 -> get(inspection + "/export/Attention_Layer" + (layer + 1) + "_Head" + (head + 1) + ".png");
                default -> get(inspection + "/attention/self/" + layer + "/heads/" + head);
            }
            get(inspection + "/overview/self");
            get(inspection + "/attention/self/" + layer + "?measure=" + (random.nextBoolean() ? "norm" : "weight"));
            other = id;
        }
        return null;
    }

    /** Opens a text of three words, or four hundred, or anything between, with a blank. */
    private int open(String page, Random random) throws Exception {
        int length = (int) Math.exp(1 + random.nextDouble() * 5);
        StringBuilder text = new StringBuilder("the ____");
        for (int i = 0; i < length; i++) {
            text.append(' ').append(WORDS[random.nextInt(WORDS.length)]);
        }
        JsonObject body = new JsonObject();
        body.addProperty("text", text + ".");
        HttpRequest request = HttpRequest.newBuilder(URI.create(page + "api/inspections"))
                .POST(BodyPublishers.ofString(body.toString()))
                .build();
        return JsonParser.parseString(new String(ask(request), StandardCharsets.UTF_8))
                .getAsJsonObject()
                .get("id")
                .getAsInt();
    }

    private void get(String address) throws Exception {
        ask(HttpRequest.newBuilder(URI.create(address)).build());
    }

    private byte[] ask(HttpRequest request) throws Exception {
        HttpResponse<byte[]> answer = CLIENT.send(request, BodyHandlers.ofByteArray());
        requests.incrementAndGet();
        assertThat(answer.statusCode())
                .as(() -> request.uri().getPath() + ": " + new String(answer.body(), StandardCharsets.UTF_8))
                .isIn(200, 201);
        return answer.body();
    }
}
