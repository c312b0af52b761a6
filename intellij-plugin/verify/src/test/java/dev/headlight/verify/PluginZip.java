package dev.headlight.verify;

import com.jetbrains.plugin.structure.base.plugin.PluginCreationFail;
import com.jetbrains.plugin.structure.base.plugin.PluginCreationResult;
import com.jetbrains.plugin.structure.base.plugin.PluginCreationSuccess;
import com.jetbrains.plugin.structure.base.problems.PluginProblem;
import com.jetbrains.plugin.structure.intellij.plugin.IdePlugin;
import com.jetbrains.plugin.structure.intellij.plugin.IdePluginManager;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** A plugin's zip and its problems: those that JetBrains' parser finds, and those that it does not check. */
final class PluginZip {
    /** Extension points of the platform that the plugin uses, by their names in JetBrains' sources. */
    private static final Set<String> POINTS = Set.of(
            "editorFactoryListener",
            "toolWindow",
            "completion.contributor",
            "applicationConfigurable",
            "notificationGroup");

    private static final Pattern CLASS =
            Pattern.compile("\\s(?:class|implementation|implementationClass|factoryClass|instance)=\"([^\"]+)\"");
    private static final Pattern EXTENSIONS = Pattern.compile("<extensions[^>]*>(.*?)</extensions>", Pattern.DOTALL);
    private static final Pattern ELEMENT = Pattern.compile("<([\\w.]+)");

    /** Where the parser unpacks zips. It still reads after a test, so tests cannot clean up. */
    static final Path UNPACKED = Path.of("target/unpacked");

    static final String DESCRIPTOR = "META-INF/plugin.xml";

    private PluginZip() {}

    /** The zip's files by name, except those that start with one of these prefixes. */
    static Map<String, byte[]> read(Path zip, String... without) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        try (ZipFile in = new ZipFile(zip.toFile())) {
            for (ZipEntry entry : Collections.list(in.entries())) {
                if (!entry.isDirectory() && Stream.of(without).noneMatch(entry.getName()::startsWith)) {
                    files.put(entry.getName(), in.getInputStream(entry).readAllBytes());
                }
            }
        }
        return files;
    }

    static Map<String, byte[]> read(byte[] jar) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(jar));
        for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
            if (!entry.isDirectory()) {
                files.put(entry.getName(), in.readAllBytes());
            }
        }
        return files;
    }

    static void write(Map<String, byte[]> files, Path zip) throws IOException {
        try (OutputStream out = Files.newOutputStream(zip)) {
            out.write(bytes(files));
        }
    }

    static byte[] bytes(Map<String, byte[]> files) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                out.putNextEntry(new ZipEntry(file.getKey()));
                out.write(file.getValue());
            }
        }
        return bytes.toByteArray();
    }

    static PluginCreationResult<IdePlugin> parse(Path zip) {
        return IdePluginManager.createManager(UNPACKED).createPlugin(zip);
    }

    /** All problems, as messages. */
    static List<String> problems(Path zip) throws IOException {
        List<String> found = new ArrayList<>(parserProblems(parse(zip)));
        Map<String, byte[]> classes = new TreeMap<>();
        for (Map.Entry<String, byte[]> file : read(zip, "headlight/server/").entrySet()) {
            if (file.getKey().endsWith(".jar") && file.getValue().length > 0) {
                classes.putAll(read(file.getValue()));
            }
        }
        if (classes.containsKey(DESCRIPTOR)) {
            found.addAll(unknown(new String(classes.get(DESCRIPTOR)), classes.keySet()));
        }
        return found;
    }

    private static List<String> parserProblems(PluginCreationResult<IdePlugin> parsed) {
        List<PluginProblem> problems = new ArrayList<>();
        if (parsed instanceof PluginCreationSuccess<IdePlugin> success) {
            problems.addAll(success.getWarnings());
            problems.addAll(success.getUnacceptableWarnings());
        } else if (parsed instanceof PluginCreationFail<IdePlugin> fail) {
            problems.addAll(fail.getErrorsAndWarnings());
        }
        return problems.stream().map(PluginProblem::getMessage).toList();
    }

    /** The parser checks neither a descriptor's classes nor its extension points. */
    private static List<String> unknown(String descriptor, Set<String> files) {
        List<String> found = new ArrayList<>();
        CLASS.matcher(descriptor).results().map(match -> match.group(1)).forEach(name -> {
            if (!files.contains(name.replace('.', '/') + ".class")) {
                found.add("There is no class " + name + ".");
            }
        });
        Set<String> used = new TreeSet<>();
        Matcher extensions = EXTENSIONS.matcher(descriptor);
        while (extensions.find()) {
            ELEMENT.matcher(extensions.group(1)).results().forEach(match -> used.add(match.group(1)));
        }
        used.removeAll(POINTS);
        used.forEach(name -> found.add("There is no extension point " + name + "."));
        return found;
    }
}
