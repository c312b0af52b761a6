package dev.headlight.inspect;

import com.sun.management.OperatingSystemMXBean;
import dev.headlight.Precision;
import dev.headlight.UserException;
import dev.headlight.weights.Checkpoint;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The memory that a model takes, and what the machine has.
 *
 * @param bytes about what weights take, in memory of their own or mapped, with room for Java, libtorch and a text
 * @param free what programs can have, if the system says so; files that it keeps in memory give way to them
 * @param total all of the machine's, or of the container's
 * @param halves whether linear layers are bfloat16
 */
public record MemoryNeed(long bytes, OptionalLong free, long total, boolean halves) {
    /** Java, libtorch, and the passes of a text of usual length. */
    private static final long BESIDES = 400_000_000;
    /** Nobody waits for a smaller model. */
    private static final long LARGE = 1_000_000_000;

    /**
     * What the checkpoint in a folder takes; reads headers only. Empty if it is so little that nobody needs to know, in
     * which case the system isn't asked: Java takes a twentieth of a second for the first such question.
     *
     * @throws UserException if a file is missing or malformed
     */
    public static Optional<MemoryNeed> of(Path folder, Precision precision) {
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            boolean halves = precision.of(checkpoint.isBfloat16()) == Precision.BFLOAT16;
            long bytes = checkpoint.bytes(halves) + BESIDES;
            if (bytes < LARGE) {
                return Optional.empty();
            }
            OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
            return Optional.of(new MemoryNeed(bytes, freeNow(), system.getTotalMemorySize(), halves));
        }
    }

    /** Linux says what programs can have; elsewhere what is free leaves out what files take. */
    private static OptionalLong freeNow() {
        try {
            return Files.readAllLines(Path.of("/proc/meminfo")).stream()
                    .filter(line -> line.startsWith("MemAvailable:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    private long room() {
        return Math.min(total, free.orElse(total));
    }

    /** Such as “needs about 6.8 GB of memory, and 18.0 GB are free”. */
    public String text() {
        String have = free.isPresent() && free.getAsLong() <= total
                ? gigabytes(room()) + " are free"
                : "this machine has " + gigabytes(total);
        return "needs about " + gigabytes(bytes) + " of memory, and " + have;
    }

    private static String gigabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
    }

    /**
     * Rejects a model that doesn't fit.
     *
     * @param model its name
     */
    public void require(String model) {
        if (bytes > room()) {
            throw new UserException("The model " + model + " " + text() + ": close other programs, or choose a smaller"
                    + " model" + (halves ? "." : "; --precision bfloat16 takes half."));
        }
    }
}
