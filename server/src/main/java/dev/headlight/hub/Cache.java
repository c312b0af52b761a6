package dev.headlight.hub;

import dev.headlight.UserException;
import dev.headlight.hub.download.Disk;
import dev.headlight.hub.download.ModelName;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The cache folder of huggingface_hub, in its layout, so that both find the other's downloads
 * (https://huggingface.co/docs/huggingface_hub/guides/manage-cache):
 *
 * <pre>
 * models--org--name/refs/main                   main's latest known commit
 * models--org--name/snapshots/COMMIT/FILE       a link to ../../blobs/ETAG
 * models--org--name/blobs/ETAG                  the content; ETAG.incomplete while it downloads
 * .locks/models--org--name/ETAG.lock
 * </pre>
 */
final class Cache {
    private static final String PREFIX = "models--";

    private final Path root;

    Cache(Path root) {
        this.root = root;
    }

    Path root() {
        return root;
    }

    /** The commit of a folder of snapshots, as {@link #snapshot} names them; empty of another folder. */
    static Optional<String> commitOf(Path folder) {
        Path snapshot = folder.toAbsolutePath().normalize();
        return Optional.ofNullable(snapshot.getParent())
                .filter(snapshots -> snapshots.endsWith("snapshots"))
                .map(Path::getParent)
                .map(Path::getFileName)
                .filter(model -> model.toString().startsWith(PREFIX))
                .map(model -> snapshot.getFileName().toString())
                .filter(commit -> commit.matches("[0-9a-f]{40}"));
    }

    private static String folderName(ModelName name) {
        return PREFIX + name.repository().replace("/", "--");
    }

    private Path folder(ModelName name) {
        return root.resolve(folderName(name));
    }

    private Path locks(ModelName name) {
        return root.resolve(".locks").resolve(folderName(name));
    }

    Path lock(ModelName name, String etag) {
        return locks(name).resolve(etag + ".lock");
    }

    Path blob(ModelName name, String etag) {
        return folder(name).resolve("blobs").resolve(etag);
    }

    Path snapshot(ModelName name, String commit) {
        return folder(name).resolve("snapshots").resolve(commit);
    }

    private Path ref(ModelName name) {
        return folder(name).resolve("refs").resolve(name.revision());
    }

    /** The commit that a revision pointed to when last downloaded. */
    Optional<String> commit(ModelName name) {
        if (ModelName.isCommit(name.revision())) {
            return Optional.of(name.revision());
        }
        try {
            return Optional.of(Files.readString(ref(name)).strip()).filter(ModelName::isCommit);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The snapshot of a revision, complete or not. */
    Optional<Snapshot> find(ModelName name) {
        return commit(name).map(commit -> new Snapshot(snapshot(name, commit))).filter(Snapshot::exists);
    }

    /** Records the commit that a revision points to. */
    void remember(ModelName name, String commit) {
        if (commit(name).filter(commit::equals).isPresent()) {
            return;
        }
        Disk.on(() -> {
            Path ref = ref(name);
            Files.createDirectories(ref.getParent());
            Path whole = Files.createTempFile(ref.getParent(), ".ref", null);
            Files.writeString(whole, commit);
            return Files.move(whole, ref, StandardCopyOption.REPLACE_EXISTING);
        });
    }

    /**
     * Adds a blob to a snapshot: by a link if the file system has links; otherwise, as huggingface_hub does, by a copy,
     * or by moving a new blob.
     */
    void link(Path blob, Path file, boolean isNew) {
        Disk.on(() -> {
            Files.createDirectories(file.getParent());
            Path target = file.getParent().relativize(blob);
            try {
                return symbolicLink(file, target);
            } catch (UnsupportedOperationException | FileSystemException e) {
                if (e instanceof NotDirectoryException || e instanceof NoSuchFileException) {
                    throw e;
                }
                return isNew ? Files.move(blob, file, StandardCopyOption.REPLACE_EXISTING) : copy(blob, file);
            }
        });
    }

    private static Path symbolicLink(Path file, Path target) throws IOException {
        try {
            return Files.createSymbolicLink(file, target);
        } catch (FileAlreadyExistsException e) {
            if (Files.isSymbolicLink(file) && Files.readSymbolicLink(file).equals(target)) {
                return file; // another process was faster
            }
            Files.delete(file);
            return Files.createSymbolicLink(file, target);
        }
    }

    private static Path copy(Path blob, Path file) throws IOException {
        Path whole = Files.createTempFile(file.getParent(), ".copy", null);
        Files.copy(blob, whole, StandardCopyOption.REPLACE_EXISTING);
        return Files.move(whole, file, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Every snapshot of every model, by name; an unreadable cache has none. */
    List<Cached> list() {
        List<Cached> found = new ArrayList<>();
        for (Path folder : children(root)) {
            String repository = folder.getFileName().toString();
            if (repository.startsWith(PREFIX)) {
                ModelName.parse(repository.substring(PREFIX.length()).replace("--", "/"))
                        .ifPresent(name -> found.addAll(snapshots(name)));
            }
        }
        return found;
    }

    private List<Cached> snapshots(ModelName name) {
        Map<String, String> revisions = revisions(name);
        List<Cached> found = new ArrayList<>();
        for (Path folder : children(folder(name).resolve("snapshots"))) {
            String commit = folder.getFileName().toString();
            List<String> of = revisions.entrySet().stream()
                    .filter(ref -> ref.getValue().equals(commit))
                    .map(Map.Entry::getKey)
                    .toList();
            Snapshot snapshot = new Snapshot(folder);
            for (String revision : of.isEmpty() ? List.of(commit) : of) {
                found.add(new Cached(
                        new ModelName(name.repository(), revision),
                        commit,
                        folder,
                        snapshot.bytes(),
                        snapshot.missing()));
            }
        }
        return found;
    }

    /** Branches and tags, and the commit of each. */
    private Map<String, String> revisions(ModelName name) {
        Path refs = folder(name).resolve("refs");
        Map<String, String> commits = new TreeMap<>();
        try (Stream<Path> files = Files.walk(refs)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String revision = refs.relativize(file).toString().replace('\\', '/');
                commits.put(revision, Files.readString(file).strip());
            }
        } catch (IOException e) {
            return commits; // those that could be read
        }
        return commits;
    }

    private static List<Path> children(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isDirectory).sorted().toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /**
     * Deletes a repository.
     *
     * @throws UserException if it isn't there, or is being downloaded
     */
    void remove(ModelName name) {
        if (!Files.isDirectory(folder(name))) {
            throw absent(name.repository());
        }
        alone(name, () -> {
            delete(folder(name).resolve("refs"));
            delete(folder(name).resolve("snapshots"));
            delete(folder(name));
            delete(locks(name));
        });
    }

    /** Deletes one revision of a repository, and the blobs that no other one uses. */
    void removeRevision(ModelName name) {
        Map<String, String> revisions = revisions(name);
        Optional<String> commit = commit(name).filter(c -> Files.isDirectory(snapshot(name, c)));
        if (commit.isEmpty()) {
            throw absent(name.repository() + "@" + name.revision());
        }
        Set<String> others = revisions.entrySet().stream()
                .filter(ref -> ref.getValue().equals(commit.get()))
                .map(Map.Entry::getKey)
                .filter(revision -> !revision.equals(name.revision()))
                .collect(Collectors.toSet());
        boolean byCommit = name.revision().equals(commit.get());
        if (byCommit || others.isEmpty()) {
            if (children(folder(name).resolve("snapshots")).size() == 1) {
                remove(name);
                return;
            }
            others.add(name.revision());
            alone(name, () -> {
                for (String revision : others) {
                    delete(folder(name).resolve("refs").resolve(revision));
                }
                delete(snapshot(name, commit.get()));
                delete(folder(name).resolve(".no_exist").resolve(commit.get()));
                deleteUnused(name);
            });
        } else {
            alone(name, () -> delete(ref(name)));
        }
    }

    private static UserException absent(String what) {
        return new UserException("The model cache has no " + what + ": run headlight models list to see its models.");
    }

    private void deleteUnused(ModelName name) throws IOException {
        Set<Path> used = new HashSet<>();
        for (Path snapshot : children(folder(name).resolve("snapshots"))) {
            try (Stream<Path> files = Files.walk(snapshot)) {
                for (Path link : files.filter(Files::isSymbolicLink).toList()) {
                    used.add(link.resolveSibling(Files.readSymbolicLink(link)).normalize());
                }
            }
        }
        try (Stream<Path> blobs = Files.list(folder(name).resolve("blobs"))) {
            for (Path blob : blobs.filter(blob -> !used.contains(blob)).toList()) {
                delete(blob);
            }
        }
    }

    /** A deletion. */
    @FunctionalInterface
    private interface Deletion {
        void run() throws IOException;
    }

    /** Runs with the repository's lock held, so that no download is running. */
    private void alone(ModelName name, Deletion deletion) {
        List<Lock> held = new ArrayList<>();
        try {
            Disk.on(() -> {
                for (Path file : lockFiles(name)) {
                    held.add(Lock.tryHold(file)
                            .orElseThrow(() -> new UserException(
                                    name.repository() + " is being downloaded by another process: stop that first.")));
                }
                deletion.run();
                return null;
            });
        } finally {
            held.forEach(lock -> Disk.on(() -> {
                lock.close();
                return null;
            }));
        }
    }

    private List<Path> lockFiles(ModelName name) throws IOException {
        if (!Files.isDirectory(locks(name))) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(locks(name))) {
            return files.toList();
        }
    }

    /** Deletes a file or a folder without following links. */
    private static void delete(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
