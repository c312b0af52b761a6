package dev.headlight.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.launcher.JavaModuleOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A master and two workers, each a process, as on a cluster of machines; and jobs that are submitted to them. */
@Tag("slow")
@Timeout(180)
final class ClusterTest {
    private static final Path BUILT = Path.of(System.getProperty("headlight.spark"));
    private static final Path HEADLIGHT = Path.of(System.getProperty("headlight.home"), "bin", "headlight");
    private static final String HOST = "127.0.0.1";
    private static final int DOCUMENTS = 24;

    private final List<Process> processes = new ArrayList<>();

    @TempDir
    private Path temporary;

    @AfterEach
    void end() throws InterruptedException {
        for (Process process : processes) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void aClusterThatLosesAWorkerMeasuresWhatOneMachineDoes() throws Exception {
        Path texts = texts();
        Process master =
                spark("org.apache.spark.deploy.master.Master", "--host", HOST, "--port", "0", "--webui-port", "0");
        String starting = "Starting Spark master at ";
        String line = awaited(master, starting);
        String url = line.substring(line.indexOf(starting) + starting.length()).strip();
        Process first = worker(url, "first");
        Process second = worker(url, "second");
        awaited(first, "Successfully registered with master");
        awaited(second, "Successfully registered with master");

        Path out = temporary.resolve("cluster");
        Job job = new Job(spark(submit(url, texts, out)));
        job.awaitTask(); // some of it is measured now, and some is not
        first.descendants().forEach(ProcessHandle::destroyForcibly); // its executor too, as when a machine is lost
        first.destroyForcibly();
        assertThat(job.end()).as(job::log).isZero();
        assertThat(job.log()).contains("Lost executor").contains(2 * DOCUMENTS + " documents");

        Path alone = temporary.resolve("alone");
        Process one = new ProcessBuilder(HEADLIGHT.toString(), "corpus", texts.toString(), "--out", alone.toString())
                .redirectErrorStream(true)
                .redirectOutput(temporary.resolve("alone.log").toFile())
                .start();
        processes.add(one);
        assertThat(one.waitFor()).isZero();
        assertSame(json(alone), json(out), "corpus.json");
    }

    private String[] submit(String url, Path texts, Path out) throws IOException {
        List<String> submit = new ArrayList<>(List.of("org.apache.spark.deploy.SparkSubmit", "--master", url));
        submit.addAll(List.of("--class", "dev.headlight.spark.CorpusJob", "--jars", jars()));
        Map.of(
                        "spark.driver.host",
                        HOST,
                        "spark.ui.enabled",
                        "false",
                        "spark.executor.memory",
                        "512m",
                        "spark.executor.extraJavaOptions",
                        "-XX:+UseSerialGC -XX:TieredStopAtLevel=1",
                        "spark.executor.extraClassPath",
                        sparkClassPath())
                .forEach((key, value) -> submit.addAll(List.of("--conf", key + "=" + value)));
        submit.add(BUILT.resolve("headlight-spark.jar").toString());
        submit.addAll(List.of(texts.toString(), "--out", out.toString(), "--partitions", "12"));
        return submit.toArray(String[]::new);
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

    /** What an installation of Spark has: no class of Headlight, nor of what it needs beside Spark. */
    private static String sparkClassPath() {
        String all = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return Stream.of(all.split(File.pathSeparator))
                .filter(entry -> entry.endsWith(".jar") && !entry.contains("headlight") && !entry.contains("djl"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static String jars() throws IOException {
        try (Stream<Path> jars = Files.list(BUILT.resolve("lib"))) {
            return jars.filter(jar -> jar.toString().endsWith(".jar"))
                    .map(Path::toString)
                    .collect(Collectors.joining(","));
        }
    }

    private Process worker(String url, String name) throws IOException {
        String[] worker = {
            "org.apache.spark.deploy.worker.Worker",
            "--host",
            HOST,
            "--port",
            "0",
            "--webui-port",
            "0",
            "--cores",
            "1",
            "--memory",
            "1g",
            "--work-dir",
            temporary.resolve(name).toString(),
            url
        };
        return spark(worker);
    }

    /** A process of Spark, which finds nothing but what a cluster has. */
    private Process spark(String... arguments) throws IOException {
        Path home = Files.createDirectories(temporary.resolve("spark/jars")).getParent();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of(JavaModuleOptions.defaultModuleOptionArray())); // as Spark's own scripts do
        command.addAll(List.of("-cp", sparkClassPath()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).directory(temporary.toFile());
        builder.environment()
                .putAll(Map.of(
                        "SPARK_HOME",
                        home.toString(),
                        "SPARK_SCALA_VERSION",
                        "2.13",
                        "SPARK_LOCAL_IP",
                        HOST,
                        "OMP_NUM_THREADS",
                        "1"));
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    /** Reads a process's log up to a line, which is returned; the rest is thrown away. */
    private static String awaited(Process process, String wanted) throws IOException {
        BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
        StringBuilder log = new StringBuilder();
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            log.append(line).append('\n');
            if (line.contains(wanted)) {
                Thread rest = new Thread(() -> reader.lines().forEach(more -> {}));
                rest.setDaemon(true);
                rest.start();
                return line;
            }
        }
        throw new AssertionError("It ended without “" + wanted + "”:\n" + log);
    }

    /** A job that was submitted, and its log. */
    private static final class Job {
        private final Process process;
        private final StringBuffer log = new StringBuffer();
        private final CountDownLatch task = new CountDownLatch(1);
        private final Thread reader = new Thread(this::read);

        Job(Process process) {
            this.process = process;
            reader.start();
        }

        private void read() {
            process.inputReader(StandardCharsets.UTF_8).lines().forEach(line -> {
                log.append(line).append('\n');
                if (line.contains("Finished task")) {
                    task.countDown();
                }
            });
            task.countDown();
        }

        /** Waits until a task is done, or the job has ended. */
        void awaitTask() throws InterruptedException {
            task.await();
        }

        int end() throws InterruptedException {
            int code = process.waitFor();
            reader.join();
            return code;
        }

        String log() {
            return log.toString();
        }
    }
}
