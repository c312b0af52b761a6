package dev.headlight.cli;

import dev.headlight.FileFailure;
import dev.headlight.UserException;
import dev.headlight.corpus.Blocks;
import dev.headlight.corpus.Document;
import java.io.BufferedReader;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.regex.PatternSyntaxException;

/** The documents that a user names: a file, a folder, or standard input. They are read one after another. */
final class CorpusSource implements AutoCloseable {
    private static final int LARGEST_CODE = 10_000_000;

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final Io io;
    private final Asked asked;
    private final List<Named> files;
    private final long bytes;
    private int leftOut;
    private long read;
    private BufferedReader open;
    private String opened; // for messages
    private String documentName; // of what is open
    private Blocks blocks;

    /** A file and what it is called in ids. */
    private record Named(Path file, String name) {}

    private CorpusSource(Io io, Asked asked, List<Named> files, long bytes) {
        this.io = io;
        this.asked = asked;
        this.files = List.copyOf(files);
        this.bytes = bytes;
    }

    /**
     * What a user asks for.
     *
     * @param name a file, a folder, or {@code -}
     * @param only a pattern that the names of a folder's files are like, such as {@code *.md}
     * @param code whether all are code
     * @param lines whether each line is a text, so that a document may end after any
     * @param without a folder that is left out, where the results are
     */
    record Asked(String name, Optional<String> only, boolean code, boolean lines, Path without) {}

    /**
     * Finds the files.
     *
     * @throws UserException if there is no such file, or none that can be read
     */
    static CorpusSource of(Asked asked, Io io) {
        String named = asked.name();
        if (named.equals("-")) {
            return new CorpusSource(io, asked, List.of(), -1);
        }
        try {
            Path path = Path.of(named);
            if (!Files.exists(path)) {
                throw new UserException("There is no file or folder " + named + ": name one, or - for standard input.");
            }
            boolean folder = Files.isDirectory(path);
            if (!folder && !Files.isRegularFile(path)) {
                throw new UserException(named + " is neither a file nor a folder: name one, or - for standard input.");
            }
            Path without = asked.without().toAbsolutePath().normalize();
            List<Named> files = folder
                    ? files(path, without, asked.only())
                    : List.of(new Named(path, String.valueOf(path.getFileName())));
            List<Named> texts = texts(files, folder);
            CorpusSource source = new CorpusSource(io, asked, texts, size(texts));
            source.leftOut = files.size() - texts.size();
            if (source.files.isEmpty()) {
                throw new UserException(named + " holds no text"
                        + asked.only().map(only -> " in files like " + only).orElse("")
                        + ": name a folder with text files in UTF-8.");
            }
            return source;
        } catch (PatternSyntaxException e) {
            throw new UserException("--only needs a pattern of names such as *.md, not " + e.getPattern() + ".", e);
        } catch (InvalidPathException e) {
            throw new UserException("There is no file or folder " + named + ": name one, or - for standard input.", e);
        } catch (UncheckedIOException e) {
            throw new UserException("Can't read " + named + " (" + FileFailure.reason(e.getCause()) + ").", e);
        } catch (IOException e) {
            throw new UserException("Can't read " + named + " (" + FileFailure.reason(e) + ").", e);
        }
    }

    private static List<Named> files(Path folder, Path without, Optional<String> only) throws IOException {
        PathMatcher like = FileSystems.getDefault().getPathMatcher("glob:" + only.orElse("*"));
        List<Named> files = new ArrayList<>();
        Files.walkFileTree(
                folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path below, BasicFileAttributes is) {
                        return !below.equals(folder) && isHidden(below)
                                        || below.toAbsolutePath().normalize().equals(without)
                                ? FileVisitResult.SKIP_SUBTREE
                                : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes is) {
                        if (is.isRegularFile()
                                && is.size() > 0
                                && !isHidden(file)
                                && like.matches(file.getFileName())) {
                            files.add(new Named(
                                    file, folder.relativize(file).toString().replace('\\', '/')));
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
        files.sort(Comparator.comparing(Named::name));
        return files;
    }

    private static boolean isHidden(Path path) {
        return path.getFileName().toString().startsWith(".");
    }

    /** Those of a folder's files that are text; a file that was named is read, and fails if it is none. */
    private static List<Named> texts(List<Named> files, boolean folder) throws IOException {
        if (!folder) {
            return files;
        }
        List<Named> texts = new ArrayList<>();
        for (Named file : files) {
            if (isText(file.file())) {
                texts.add(file);
            }
        }
        return texts;
    }

    private static boolean isText(Path file) throws IOException {
        char[] part = new char[1 << 13];
        try (Reader reader = decoded(Files.newInputStream(file))) {
            for (int count = reader.read(part); count >= 0; count = reader.read(part)) {
                for (int at = 0; at < count; at++) {
                    if (part[at] == 0) {
                        return false;
                    }
                }
            }
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private static long size(List<Named> files) throws IOException {
        long size = 0;
        for (Named file : files) {
            size += Files.size(file.file());
        }
        return size;
    }

    private static Reader decoded(InputStream in) {
        return new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()); // reports what is malformed
    }

    /** What the user named. */
    String name() {
        return bytes < 0 ? "standard input" : asked.name();
    }

    /** How many files of the folder are no text. */
    int leftOut() {
        return leftOut;
    }

    /** How many bytes there are; negative where nobody knows. */
    long bytes() {
        return bytes;
    }

    /** How many were read so far. */
    long read() {
        return read;
    }

    /** The documents, once. An error is a {@link UserException}. */
    Iterator<Document> documents() {
        Iterator<Named> left = bytes < 0 ? List.of(new Named(null, "stdin")).iterator() : files.iterator();
        return new Iterator<>() {
            private Document next;

            @Override
            public boolean hasNext() {
                while (next == null && (open != null || left.hasNext())) {
                    next = open == null ? begin(left.next()) : guarded(opened, () -> block());
                }
                return next != null;
            }

            @Override
            public Document next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                Document document = next;
                next = null;
                return document;
            }
        };
    }

    private interface Reading<T> {
        T read() throws IOException;
    }

    private static <T> T guarded(String file, Reading<T> reading) {
        try {
            return reading.read();
        } catch (CharacterCodingException e) {
            throw new UserException(file + " is not UTF-8 text: convert it first.", e);
        } catch (IOException e) {
            throw new UserException("Can't read " + file + " (" + FileFailure.reason(e) + ").", e);
        }
    }

    /** A file of code, whole; of prose, its first block. */
    private Document begin(Named file) {
        boolean isCode = asked.code() || file.name().endsWith(".java");
        opened = bytes < 0 ? "Standard input" : file.file().toString();
        return guarded(opened, () -> {
            open = new BufferedReader(
                    decoded(new Counted(bytes < 0 ? io.in() : Files.newInputStream(file.file()))), 1 << 15);
            skipByteOrderMark();
            blocks = new Blocks(open, file.name(), asked.lines());
            documentName = file.name();
            return isCode ? whole() : block();
        });
    }

    private void skipByteOrderMark() throws IOException {
        open.mark(1);
        if (open.read() != BYTE_ORDER_MARK) {
            open.reset();
        }
    }

    private Document whole() throws IOException {
        StringBuilder text = new StringBuilder();
        char[] part = new char[1 << 13];
        for (int count = open.read(part); count >= 0; count = open.read(part)) {
            text.append(part, 0, count);
            if (text.length() > LARGEST_CODE) {
                throw new UserException(opened + " is larger than 10 MB, which no file of code is: leave it out.");
            }
        }
        end();
        return text.length() == 0 ? null : new Document(documentName, text.toString(), true);
    }

    /** The next block of prose; null at the end. */
    private Document block() throws IOException {
        Optional<Document> next = blocks.next();
        if (next.isEmpty()) {
            end();
        }
        return next.orElse(null);
    }

    private void end() throws IOException {
        if (bytes >= 0) {
            open.close();
        }
        open = null;
    }

    /** Counts what is read. */
    private final class Counted extends FilterInputStream {
        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int count = super.read(into, offset, length);
            read += Math.max(0, count);
            return count;
        }
    }

    @Override
    public void close() {
        if (open != null && bytes >= 0) {
            guarded(opened, () -> {
                open.close();
                return null;
            });
        }
    }
}
