package dev.headlight.spark;

import dev.headlight.Precision;
import dev.headlight.corpus.Analyzer;
import dev.headlight.corpus.Document;
import dev.headlight.corpus.Statistics;
import dev.headlight.inspect.Inspector;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.apache.spark.SparkFiles;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;

/**
 * The model of this process, loaded once from the files that Spark has brought, and kept until the executor ends. Its tasks
 * take turns, for each uses all cores that libtorch is given.
 */
final class ExecutorModel {
    private static Settings of;
    private static Analyzer analyzer;

    private ExecutorModel() {}

    /** What the heads do in a partition, as {@link Statistics#toBytes}. */
    static Iterator<byte[]> measure(Settings settings, Iterator<Row> rows) {
        TaskContext task = TaskContext.get();
        Iterator<Document> documents = Documents.of(rows, settings);
        Statistics all = analyzer(settings).none();
        while (documents.hasNext()) {
            List<Document> chunk = Analyzer.chunk(documents);
            synchronized (ExecutorModel.class) {
                all.add(analyzer.measure(chunk, () -> {
                    if (task != null && task.isInterrupted()) {
                        throw new CancellationException("the task was ended");
                    }
                }));
            }
        }
        return List.of(all.toBytes()).iterator();
    }

    private static synchronized Analyzer analyzer(Settings settings) {
        if (!settings.equals(of)) {
            Path folder = Path.of(SparkFiles.getRootDirectory());
            Inspector inspector = Inspector.load(settings.model(), Optional.empty(), folder, folder, Precision.AUTO);
            analyzer = new Analyzer(inspector, settings.cutting());
            of = settings;
        }
        return analyzer;
    }
}
