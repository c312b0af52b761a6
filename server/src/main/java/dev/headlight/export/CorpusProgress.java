package dev.headlight.export;

import com.google.gson.JsonObject;
import dev.headlight.FileFailure;
import dev.headlight.JsonFiles;
import dev.headlight.UserException;
import dev.headlight.corpus.Result;
import dev.headlight.corpus.Statistics;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/**
 * The folder of a corpus while it is measured: what was measured so far is in one file, {@code progress}, which is always
 * whole. Open in one process at a time.
 */
public final class CorpusProgress implements AutoCloseable {
    private static final String PROGRESS = "progress";
    private static final String LOCK = ".lock";
    private static final int MAGIC = 0x484c4350; // HLCP
    private static final List<String> OPTIONS = List.of("unit", "mostTokens", "code");

    private final Path folder;
    private final JsonObject of;
    private final FileChannel lock;

    /**
     * What was measured so far.
     *
     * @param documents how many, from the first on
     * @param digest of these, by whoever reads them
     */
    public record Measured(long documents, String digest, Statistics statistics) {}

    private CorpusProgress(Path folder, JsonObject of, FileChannel lock) {
        this.folder = folder;
        this.of = of;
        this.lock = lock;
    }

    /**
     * Opens a folder, which is made if it is missing.
     *
     * @param result what it is to be of; its statistics don't matter
     * @throws UserException if it is of something else, or can't be written
     */
    public static CorpusProgress open(Path folder, Result result) {
        JsonObject of = new JsonObject();
        of.add("model", CorpusFiles.model(result.model()));
        of.add("options", CorpusFiles.options(result.cutting()));
        FileChannel lock;
        try {
            Files.createDirectories(folder);
            lock = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        } catch (IOException e) {
            throw unwritable(folder, e);
        }
        CorpusProgress progress = new CorpusProgress(folder, of, lock);
        try {
            progress.lock();
            progress.sweep();
            return progress;
        } catch (IOException e) {
            progress.close();
            throw unwritable(folder, e);
        } catch (RuntimeException e) {
            progress.close();
            throw e;
        }
    }

    private static UserException unwritable(Path folder, IOException e) {
        return new UserException(
                "Can't write " + folder + " (" + FileFailure.reason(e) + "): name a folder that may be written to.", e);
    }

    private void lock() throws IOException {
        FileLock locked = null;
        try {
            locked = lock.tryLock();
        } catch (OverlappingFileLockException e) {
            // another of this process has it
        }
        if (locked == null) {
            throw new UserException(
                    "Another Headlight is writing " + folder + ": wait until it is done, or name another folder.");
        }
    }

    /** Removes what a killed process left half written. */
    private void sweep() throws IOException {
        try (DirectoryStream<Path> parts = Files.newDirectoryStream(folder, ".*.part")) {
            for (Path part : parts) {
                Files.deleteIfExists(part);
            }
        }
    }

    /**
     * Whether the folder holds a whole result, of the same model and options.
     *
     * @throws UserException if it is of others
     */
    public boolean isDone() {
        Optional<JsonObject> there = JsonFiles.ifThere(folder.resolve(CorpusFiles.JSON));
        if (there.isEmpty()) {
            return false;
        }
        JsonObject corpus = part(there.get(), "corpus");
        JsonObject options = new JsonObject();
        OPTIONS.stream().filter(corpus::has).forEach(name -> options.add(name, corpus.get(name)));
        JsonObject found = new JsonObject();
        found.add("model", part(there.get(), "model"));
        found.add("options", options);
        check(found);
        return true;
    }

    private JsonObject part(JsonObject whole, String name) {
        if (!whole.has(name) || !whole.get(name).isJsonObject()) {
            throw new UserException(folder + " holds no corpus that this version can read: name another folder.");
        }
        return whole.getAsJsonObject(name);
    }

    private void check(JsonObject found) {
        JsonObject model = part(found, "model");
        if (!model.equals(of.get("model"))) {
            String name = model.has("name") ? ", " + model.get("name").getAsString() : "";
            boolean same = model.has("name")
                    && model.get("name").equals(part(of, "model").get("name"));
            throw new UserException(folder + " is of "
                    + (same ? "other weights of the model, or another precision" : "another model" + name)
                    + ": name another folder.");
        }
        if (!part(found, "options").equals(of.get("options"))) {
            throw new UserException(
                    folder + " was measured with other options, " + part(found, "options") + ": name another folder.");
        }
    }

    /**
     * What was measured before.
     *
     * @throws UserException if it is of something else
     */
    public Optional<Measured> before() {
        Path file = folder.resolve(PROGRESS);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(Files.readAllBytes(file)))) {
            if (in.readInt() != MAGIC) {
                throw new IOException("something else");
            }
            byte[] header = in.readNBytes(in.readInt());
            check(JsonFiles.object(new String(header, StandardCharsets.UTF_8), file));
            long documents = in.readLong();
            String digest = in.readUTF();
            return Optional.of(new Measured(documents, digest, Statistics.of(in.readAllBytes())));
        } catch (IOException | IllegalArgumentException | NegativeArraySizeException e) {
            throw new UserException(file + " can't be read: remove it to begin again, or name another folder.", e);
        }
    }

    /** Keeps what was measured so far, in place of what was there. */
    public void keep(Measured measured) {
        WholeFile.write(folder.resolve(PROGRESS), out -> {
            DataOutputStream data = new DataOutputStream(out);
            byte[] header = of.toString().getBytes(StandardCharsets.UTF_8);
            data.writeInt(MAGIC);
            data.writeInt(header.length);
            data.write(header);
            data.writeLong(measured.documents());
            data.writeUTF(measured.digest());
            data.write(measured.statistics().toBytes());
            data.flush();
        });
    }

    /** Writes the result, and removes what was kept. */
    public void finish(Result result) {
        CorpusFiles.write(folder, result);
        try {
            Files.deleteIfExists(folder.resolve(PROGRESS));
        } catch (IOException e) {
            throw unwritable(folder, e);
        }
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw unwritable(folder, e);
        }
    }
}
