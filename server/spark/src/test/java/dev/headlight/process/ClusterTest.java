package dev.headlight.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
@Timeout(180)
final class ClusterTest {
    private static final Path HEADLIGHT = Path.of(System.getProperty("headlight.home"), "bin", "headlight");
    private static final int DOCUMENTS = 24;

    @TempDir
    private Path temporary;

    @Test
    void aClusterThatLosesAWorkerMeasuresWhatOneMachineDoes() throws Exception {
        Path texts = texts();
        Path out = temporary.resolve("cluster");
        try (Cluster cluster = new Cluster(temporary)) {
            Process first = cluster.worker("first");
            cluster.worker("second");
            Cluster.Job job = cluster.submit(texts, out, "-XX:TieredStopAtLevel=1");
            job.awaitTask(); // some of it is measured now, and some is not
            first.descendants().forEach(ProcessHandle::destroyForcibly); // its executor too, as when a machine is lost
            first.destroyForcibly();
            assertThat(job.end()).as(job::log).isZero();
            assertThat(job.log()).contains("Lost executor").contains(2 * DOCUMENTS + " documents");
        }

        Path alone = temporary.resolve("alone");
        Process one = new ProcessBuilder(HEADLIGHT.toString(), "corpus", texts.toString(), "--out", alone.toString())
                .redirectErrorStream(true)
                .redirectOutput(temporary.resolve("alone.log").toFile())
                .start();
        try {
            assertThat(one.waitFor()).isZero();
        } finally {
            one.destroyForcibly();
        }
        assertSame(json(alone), json(out), "corpus.json");
    }

    private static void assertSame(JsonElement one, JsonElement other, String at) {
        if (one instanceof JsonObject object) {
            assertThat(other.getAsJsonObject().keySet()).as(at).isEqualTo(object.keySet());
            object.keySet()
                    .forEach(key ->
                            assertSame(object.get(key), other.getAsJsonObject().get(key), at + "." + key));
        } else if (one instanceof JsonArray array) {
            assertThat(other.getAsJsonArray()).as(at).hasSize(array.size());
            for (int i = 0; i < array.size(); i++) {
                assertSame(array.get(i), other.getAsJsonArray().get(i), at + "[" + i + "]");
            }
        } else if (one instanceof JsonPrimitive number && number.isNumber()) {
            assertThat(other.getAsDouble()).as(at).isCloseTo(number.getAsDouble(), within(1e-9));
        } else {
            assertThat(other).as(at).isEqualTo(one);
        }
    }

    private static JsonObject json(Path folder) throws IOException {
        return JsonParser.parseString(Files.readString(folder.resolve("corpus.json")))
                .getAsJsonObject();
    }

    private Path texts() throws IOException {
        Path folder = Files.createDirectory(temporary.resolve("texts"));
        for (int i = 0; i < DOCUMENTS; i++) {
            Files.writeString(
                    folder.resolve("note " + i + ".txt"),
                    "The keys to cabinet " + i + " were on the table (as usual), and nobody missed the keys. "
                            + "Number " + i + " comes before " + (i + 1)
                            + ". Ann met Bob in Paris; Bob and Ann went on to Rome.\n");
            Files.writeString(
                    folder.resolve("Note" + i + ".java"),
                    "class Note" + i + " {\n    int count = " + i
                            + ";\n\n    int next() {\n        return add(count, 1);\n"
                            + "    }\n\n    int add(int a, int b) {\n        return a + b;\n    }\n}\n");
        }
        return folder;
    }
}
