package dev.headlight.spark;

import dev.headlight.Sha256;
import dev.headlight.corpus.Blocks;
import dev.headlight.corpus.Document;
import dev.headlight.corpus.Unit;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * Documents, from any source of texts that Spark reads.
 *
 * @param format of the source, and {@code options} of that
 * @param text the column of the texts
 * @param id the column of the documents' names, if there is one
 */
record Documents(List<String> paths, String format, Map<String, String> options, String text, Optional<String> id) {
    private static final String PLAIN = "text";
    private static final String WHOLE = "wholetext";
    private static final int DIGITS = 16;
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    /**
     * The rows: a name or null, the address of the file, the text. Nothing is read before Spark runs.
     *
     * @throws org.apache.spark.sql.AnalysisException if there is no such source or column
     */
    JavaRDD<Row> rows(SparkSession spark) {
        Dataset<Row> rows = spark.read().format(format).options(all()).load(paths.toArray(String[]::new));
        Column name = id.map(functions::col).orElseGet(() -> functions.lit(null));
        return rows.select(
                        name.cast("string"),
                        functions.input_file_name(),
                        functions.col(text).cast("string"))
                .javaRDD();
    }

    private Map<String, String> all() {
        Map<String, String> all = new HashMap<>(options);
        if (format.equals(PLAIN)) {
            all.putIfAbsent(WHOLE, "true"); // a document is a file, as on one machine
        }
        all.putIfAbsent("recursiveFileLookup", "true");
        return all;
    }

    /** Whether each row is a file. */
    boolean areFiles() {
        return format.equals(PLAIN) && Boolean.parseBoolean(all().get(WHOLE));
    }

    /** The folders that files are named relative to: those that were named. */
    ArrayList<String> folders(SparkSession spark) {
        Configuration hadoop = spark.sparkContext().hadoopConfiguration();
        ArrayList<String> folders = new ArrayList<>();
        for (String named : paths) {
            try {
                Path path = new Path(named);
                for (FileStatus found : orNone(path.getFileSystem(hadoop).globStatus(path))) {
                    if (found.isDirectory()) {
                        folders.add(found.getPath().toUri().getPath() + "/");
                    }
                }
            } catch (IOException | IllegalArgumentException e) {
                // Spark says what is wrong with it when it reads it
            }
        }
        return folders;
    }

    private static FileStatus[] orNone(FileStatus[] found) {
        return found == null ? new FileStatus[0] : found;
    }

    /** The documents of some rows, cut in blocks as on one machine. */
    static Iterator<Document> of(Iterator<Row> rows, Settings settings) {
        Iterable<Row> all = () -> rows;
        return StreamSupport.stream(all.spliterator(), false)
                .flatMap(row -> documents(row.getString(0), row.getString(1), row.getString(2), settings).stream())
                .iterator();
    }

    /**
     * The documents of a row.
     *
     * @param given the document's name, or null
     * @param file the address of the file that the row is from; null or empty if it is from none
     * @param text null for none
     */
    static List<Document> documents(String given, String file, String text, Settings settings) {
        String read = text == null ? "" : text;
        String whole = read.indexOf(BYTE_ORDER_MARK) == 0 ? read.substring(1) : read;
        String path = file == null || file.isEmpty() ? "" : URI.create(file).getPath();
        String name = given == null ? name(path, whole, settings) : given;
        if (settings.code() || path.endsWith(".java")) {
            return whole.isEmpty() ? List.of() : List.of(new Document(name, whole, true));
        }
        List<Document> documents = new ArrayList<>();
        Blocks blocks = new Blocks(new StringReader(whole), name, settings.unit() == Unit.LINES);
        try {
            for (Optional<Document> next = blocks.next(); next.isPresent(); next = blocks.next()) {
                documents.add(next.get());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a text in memory is always read
        }
        return documents;
    }

    private static String name(String path, String text, Settings settings) {
        String relative = relative(path, settings.folders());
        return settings.files() ? relative : relative + "#" + hash(text);
    }

    private static String relative(String path, List<String> folders) {
        return folders.stream()
                .filter(path::startsWith)
                .findFirst()
                .map(folder -> path.substring(folder.length()))
                .orElseGet(() -> path.substring(path.lastIndexOf('/') + 1));
    }

    /** The first digits of a text's SHA-256: rows have no numbers that stay the same. */
    private static String hash(String text) {
        return HexFormat.of()
                .formatHex(Sha256.digest().digest(text.getBytes(StandardCharsets.UTF_8)))
                .substring(0, DIGITS);
    }
}
