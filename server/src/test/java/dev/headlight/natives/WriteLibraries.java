package dev.headlight.natives;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.zip.ZipFile;

/**
 * Writes {@code libraries.tsv}, when a version of DJL or libtorch is taken: give it the jars of pytorch-jni, tokenizers,
 * and pytorch-native-cpu for every platform, as Maven Central has them.
 */
final class WriteLibraries {
    private static final Path LIST = Path.of("src/main/resources/dev/headlight/natives/libraries.tsv");
    /** What others need comes before them; on Windows nothing else finds it. */
    private static final List<String> LATE = List.of("openblas", "arm_compute-", "arm_compute_graph", "fbgemm");

    private static final List<String> LAST = List.of("torch_cpu", "torch");
    private static final List<String> TOKENIZERS_ON_WINDOWS =
            List.of("libwinpthread-1.dll", "libgcc_s_seh-1.dll", "libstdc++-6.dll", "tokenizers.dll");

    private WriteLibraries() {}

    public static void main(String[] jars) throws Exception {
        List<String> lines = new ArrayList<>();
        lines.add("# Written by WriteLibraries from the jars on Maven Central. SHA-256 of each 64 MiB of a file.");
        lines.add("# What Headlight comes with, where it is not the whole file, has a size and SHA-256 of its own.");
        lines.add("# platform\tname\tfolder\tfile\tbytes\tSHA-256\tresource\tbytes\tSHA-256");
        String jni = jar(jars, "pytorch-jni");
        String tokenizers = jar(jars, "tokenizers-");
        for (String jar : jars) {
            if (jar.contains("pytorch-native-cpu")) {
                try (ZipFile zip = new ZipFile(jar)) {
                    Properties about = properties(zip, "native/lib/pytorch.properties");
                    String platform = about.getProperty("classifier");
                    String folder = about.getProperty("version") + "-cpu-" + platform;
                    for (String file : ordered(about.getProperty("libraries").split(","))) {
                        String resource = "pytorch/cpu/" + platform + "/" + file;
                        lines.add(line(zip, platform, "pytorch", folder, file, resource));
                    }
                    lines.add(jniLine(jni, platform, folder));
                    lines.addAll(tokenizersLines(tokenizers, platform));
                }
            }
        }
        Files.writeString(LIST, String.join("\n", lines) + "\n");
    }

    private static String jar(String[] jars, String name) {
        return List.of(jars).stream()
                .filter(jar -> Path.of(jar).getFileName().toString().startsWith(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> ordered(String[] files) {
        return List.of(files).stream()
                .sorted(Comparator.comparingInt(WriteLibraries::rank).thenComparing(file -> file))
                .toList();
    }

    private static int rank(String file) {
        String stem = file.replaceFirst("^lib", "").replaceFirst("\\..*", "");
        for (int i = 0; i < LATE.size(); i++) {
            if (file.contains(LATE.get(i))) {
                return i + 1;
            }
        }
        return LAST.contains(stem) ? 100 + LAST.indexOf(stem) : stem.equals("c10") ? 50 : 0;
    }

    private static String jniLine(String jar, String platform, String folder) throws Exception {
        String file = library("djl_torch", platform);
        try (ZipFile zip = new ZipFile(jar)) {
            String version = properties(zip, "jnilib/pytorch.properties").getProperty("jni_version");
            String djl = version.replaceFirst(".*-", "");
            return line(zip, platform, "pytorch", folder, djl + "-" + file, "jnilib/" + platform + "/cpu/" + file);
        }
    }

    private static List<String> tokenizersLines(String jar, String platform) throws Exception {
        List<String> lines = new ArrayList<>();
        try (ZipFile zip = new ZipFile(jar)) {
            String version = properties(zip, "native/lib/tokenizers.properties").getProperty("version");
            List<String> files =
                    platform.startsWith("win") ? TOKENIZERS_ON_WINDOWS : List.of(library("tokenizers", platform));
            for (String file : files) {
                String resource = "native/lib/" + platform + "/cpu/" + file;
                lines.add(line(zip, platform, "tokenizers", version + "-cpu-" + platform, file, resource));
            }
        }
        return lines;
    }

    private static String library(String name, String platform) {
        return switch (platform.replaceFirst("-.*", "")) {
            case "win" -> name + ".dll";
            case "osx" -> "lib" + name + ".dylib";
            default -> "lib" + name + ".so";
        };
    }

    private static Properties properties(ZipFile zip, String name) throws IOException {
        Properties properties = new Properties();
        try (InputStream in = zip.getInputStream(zip.getEntry(name))) {
            properties.load(in);
        }
        return properties;
    }

    private static String line(ZipFile zip, String platform, String name, String folder, String file, String resource)
            throws IOException {
        Path aside = Files.createTempDirectory("libraries");
        Path whole = aside.resolve("whole");
        Path loaded = aside.resolve("loaded");
        try (InputStream in = zip.getInputStream(zip.getEntry(resource))) {
            Files.copy(in, whole);
            String line = String.join(
                    "\t", platform, name, folder, file, Sums.of(whole).cells(), resource);
            if (!Elf.is(whole)) {
                return line;
            }
            Elf.write(whole, loaded);
            return line + "\t" + Sums.of(loaded).cells();
        } finally {
            Files.deleteIfExists(loaded);
            Files.delete(whole);
            Files.delete(aside);
        }
    }
}
