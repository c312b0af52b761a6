package dev.headlight.tokens;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.headlight.Sha256;
import dev.headlight.UserException;
import dev.headlight.natives.Natives;
import java.io.BufferedInputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Reads a tokenizer in a process of its own, with limits, before it is read in this one. On some malformed files the
 * native library panics, which ends its process; others overflow its stack, or make it run forever. A tokenizer that
 * passed is not tried again: its checksum is recorded in the user's cache.
 */
final class Rehearsal {
    private static final Duration LONGEST = Duration.ofSeconds(20);
    /** Resident bytes; the largest published tokenizers take a quarter of it. */
    private static final long MOST_MEMORY = 2L << 30;

    private static final Set<String> PASSED = ConcurrentHashMap.newKeySet();

    private Rehearsal() {}

    /**
     * Tries a tokenizer, unless it has passed before.
     *
     * @param source its file, for messages
     * @throws UserException if it ends its process, or takes too long or too much memory
     */
    static void of(String json, Path source) {
        String checksum = checksum(json);
        if (PASSED.contains(checksum)) {
            return;
        }
        Optional<Path> record = Natives.notes()
                .map(folder -> folder.resolve("tokenizers-that-passed").resolve(checksum));
        if (record.filter(Files::exists).isEmpty()) {
            run(json, source);
            record.ifPresent(Rehearsal::record);
        }
        PASSED.add(checksum);
    }

    private static String checksum(String json) {
        MessageDigest digest = Sha256.digest();
        digest.update(HuggingFaceTokenizer.class.getPackage().toString().getBytes(StandardCharsets.UTF_8));
        digest.update(Natives.fingerprint("tokenizers").getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest.digest(json.getBytes(StandardCharsets.UTF_8)));
    }

    private static void record(Path record) {
        try {
            Files.createDirectories(record.getParent());
            Files.createFile(record);
        } catch (IOException e) {
            // another process recorded it, or the folder is not writable: then it is tried again next time
        }
    }

    private static void run(String json, Path source) {
        Process process = null;
        try {
            process = new ProcessBuilder(command())
                    .redirectOutput(Redirect.DISCARD)
                    .redirectError(Redirect.DISCARD)
                    .start();
            send(json, process);
            watch(process, source);
        } catch (IOException e) {
            throw new UserException(
                    source + " has unusual parts, and can't be tried first (" + e.getMessage()
                            + "): fetch another version of the checkpoint.",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UserException("Reading " + source + " was interrupted.", e);
        } finally {
            if (process != null) {
                process.destroyForcibly();
            }
        }
    }

    private static List<String> command() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:+SuppressFatalErrorMessage", // its report would contain the environment
                "-cp",
                System.getProperty("java.class.path"),
                Rehearsal.class.getName());
    }

    /** Sends the tokenizer, on a thread of its own: a process that hangs doesn't read it. */
    private static void send(String json, Process process) {
        Thread thread = new Thread(
                () -> {
                    try (OutputStream out = process.getOutputStream()) {
                        out.write(json.getBytes(StandardCharsets.UTF_8));
                    } catch (IOException e) {
                        // it ended early, which its exit code reports
                    }
                },
                "rehearsal");
        thread.setDaemon(true);
        thread.start();
    }

    private static void watch(Process process, Path source) throws InterruptedException {
        Instant end = Instant.now().plus(LONGEST);
        while (!process.waitFor(50, TimeUnit.MILLISECONDS)) {
            if (Instant.now().isAfter(end)) {
                throw refused(source, "reading it takes more than " + LONGEST.toSeconds() + " seconds");
            }
            if (resident(process.pid()) > MOST_MEMORY) {
                throw refused(source, "reading it takes more than 2 GB of memory");
            }
        }
        if (process.exitValue() != 0) {
            throw refused(source, "it makes the library that reads tokenizers fail");
        }
    }

    private static UserException refused(Path source, String reason) {
        return new UserException(source + " can't be used as a tokenizer (" + reason + "): fetch the file again.");
    }

    /** The resident memory of a process in bytes; 0 where the system doesn't say it in a file. */
    private static long resident(long pid) {
        try {
            String pages = Files.readString(Path.of("/proc", String.valueOf(pid), "statm"));
            return 4096 * Long.parseLong(pages.split(" ")[1]);
        } catch (IOException | RuntimeException e) {
            return 0;
        }
    }

    /** The process itself: reads a tokenizer from its standard input, and uses it. */
    public static void main(String[] none) throws IOException {
        String json;
        // buffered, because a bare FileInputStream wants to seek, which a pipe can't
        try (InputStream in = new BufferedInputStream(new FileInputStream(FileDescriptor.in))) {
            json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        try (HuggingFaceTokenizer tokenizer = NativeSplitter.parse(json)) {
            for (String text : texts()) {
                long[] ids = tokenizer.encode(text).getIds();
                tokenizer.encode(text, "A second text.");
                if (ids.length > 0) {
                    tokenizer.decode(ids);
                }
            }
        } catch (RuntimeException e) {
            // the library reports these; they are reported where it is read again
        }
        Runtime.getRuntime().halt(0);
    }

    private static List<String> texts() {
        return List.of(
                "",
                " ",
                "a",
                "The quick brown fox, [MASK] <mask> ____ and 1234567890!",
                "  naïve café — 東京 🙂 e\u0301 \u200B\u0000\uFFFD\t\r\n",
                "a".repeat(2_000),
                " ".repeat(2_000),
                "aB1 ,;".repeat(500),
                "\uD83D\uDE42".repeat(500));
    }
}
