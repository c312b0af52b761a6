package dev.headlight.process;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
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

/** A master and workers of one core each, every one a process, as on a cluster of machines; and jobs submitted to them. */
final class Cluster implements AutoCloseable {
    private static final Path BUILT = Path.of(System.getProperty("headlight.spark"));
    private static final String HOST = "127.0.0.1";

    private final Path temporary;
    private final List<Process> processes = new ArrayList<>();
    private final String url;

    /** A master. */
    Cluster(Path temporary) throws IOException {
        this.temporary = temporary;
        Process master =
                spark("org.apache.spark.deploy.master.Master", "--host", HOST, "--port", "0", "--webui-port", "0");
        String starting = "Starting Spark master at ";
        String line = awaited(master, starting);
        this.url = line.substring(line.indexOf(starting) + starting.length()).strip();
    }

    @Override
    public void close() {
        for (Process process : processes) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().onExit().join();
        }
    }

    /** Starts a worker, and waits until the master knows it. */
    Process worker(String name) throws IOException {
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
        Process process = spark(worker);
        awaited(process, "Successfully registered with master");
        return process;
    }

    /**
     * Submits a job.
     *
     * @param compiler of the executors, an option of Java
     */
    Job submit(Path texts, Path out, String compiler) throws IOException {
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
                        "-XX:+UseSerialGC " + compiler,
                        "spark.executor.extraClassPath",
                        sparkClassPath())
                .forEach((key, value) -> submit.addAll(List.of("--conf", key + "=" + value)));
        submit.add(BUILT.resolve("headlight-spark.jar").toString());
        submit.addAll(List.of(texts.toString(), "--out", out.toString(), "--partitions", "12"));
        return new Job(spark(submit.toArray(String[]::new)));
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
                Thread rest = new Thread(() -> discard(reader));
                rest.setDaemon(true);
                rest.start();
                return line;
            }
        }
        throw new AssertionError("It ended without “" + wanted + "”:\n" + log);
    }

    private static void discard(BufferedReader reader) {
        try {
            reader.transferTo(Writer.nullWriter());
        } catch (IOException e) {
            // the process was ended
        }
    }

    /** A job that was submitted, and its log. */
    static final class Job {
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
