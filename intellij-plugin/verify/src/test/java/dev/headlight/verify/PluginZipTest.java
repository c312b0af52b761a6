package dev.headlight.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.jetbrains.plugin.structure.base.plugin.PluginCreationSuccess;
import com.jetbrains.plugin.structure.intellij.plugin.IdePlugin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The packaged zip, and variants that differ in one respect. */
class PluginZipTest {
    private static final Path ZIP = Path.of(System.getProperty("headlight.zip"));
    private static final String VERSION = System.getProperty("headlight.version");
    private static final String JAR = "headlight/lib/headlight-plugin-" + VERSION + ".jar";

    @TempDir
    Path temp;

    @BeforeAll
    static void cleanUp() {
        FileUtils.deleteQuietly(PluginZip.UNPACKED.toFile());
    }

    @Test
    void theZipIsAValidPlugin() throws IOException {
        assertThat(PluginZip.problems(ZIP)).isEmpty();
    }

    @Test
    void theParserReadsTheDescriptor() throws IOException {
        Path zip = temp.resolve("headlight.zip");
        PluginZip.write(small(), zip);
        assertThat(PluginZip.parse(zip)).isInstanceOfSatisfying(PluginCreationSuccess.class, success -> {
            IdePlugin plugin = (IdePlugin) success.getPlugin();
            assertThat(plugin.getPluginId()).isEqualTo("dev.headlight");
            assertThat(plugin.getPluginVersion()).isEqualTo(VERSION);
            assertThat(plugin.getChangeNotes()).contains("<h3>" + VERSION);
            assertThat(plugin.getSinceBuild().asStringWithoutProductCode()).startsWith("242");
            assertThat(plugin.getUntilBuild()).isNull();
            assertThat(plugin.getOptionalDescriptors())
                    .extracting(one -> one.getConfigurationFilePath())
                    .containsExactly("headlight-jcef.xml");
            assertThat(plugin.getExtensions().keySet())
                    .containsExactlyInAnyOrder(
                            "com.intellij.editorFactoryListener",
                            "com.intellij.toolWindow",
                            "com.intellij.completion.contributor",
                            "com.intellij.applicationConfigurable",
                            "com.intellij.notificationGroup");
        });
    }

    @Test
    void noPlatformClassIsIncluded() throws IOException {
        Map<String, byte[]> files = PluginZip.read(ZIP, "headlight/server/");
        Set<String> libraries = files.keySet().stream()
                .filter(name -> name.startsWith("headlight/lib/"))
                .map(name -> name.replaceFirst("headlight/lib/(.*?)-\\d.*", "$1"))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(libraries)
                .containsExactly(
                        "error_prone_annotations",
                        "gson",
                        "headlight-client",
                        "headlight-plugin",
                        "headlight-protocol",
                        "org.eclipse.lsp4j",
                        "org.eclipse.lsp4j.jsonrpc");
        for (Map.Entry<String, byte[]> jar : files.entrySet()) {
            if (jar.getKey().endsWith(".jar")) {
                assertThat(PluginZip.read(jar.getValue()).keySet())
                        .as(jar.getKey())
                        .noneMatch(name -> name.startsWith("com/intellij/")
                                || name.startsWith("org/cef/")
                                || name.startsWith("kotlin/"));
            }
        }
    }

    @Test
    void theServerForThisPlatformIsIncludedWithAllLicences() throws IOException {
        Map<String, byte[]> files = PluginZip.read(ZIP);
        assertThat(files.keySet())
                .allMatch(name -> name.startsWith("headlight/"))
                .contains(
                        "headlight/LICENSE",
                        "headlight/NOTICE.txt",
                        "headlight/licenses/lit.txt",
                        "headlight/server/LICENSE",
                        "headlight/server/bin/headlight",
                        "headlight/server/bin/headlight.bat",
                        "headlight/server/lib/headlight.jar",
                        "headlight/server/lib/java.options",
                        "headlight/server/licenses/EPL-2.0.txt",
                        "headlight/server/licenses/THIRD-PARTY.txt",
                        "headlight/server/licenses/embedded-model/NOTICE.txt",
                        "headlight/server/licenses/embedded-model/SOURCES.tsv",
                        "headlight/server/lib/model/NOTICE.txt");
        assertThat(PluginZip.read(files.get("headlight/server/lib/headlight.jar")))
                .containsKey("dev/headlight/webview/index.html");
        assertThat(files.keySet().stream()
                        .filter(name -> name.contains("torch_cpu"))
                        .toList())
                .singleElement()
                .asString()
                .startsWith("headlight/server/lib/native/" + System.getProperty("headlight.platform") + "/pytorch/");
        String notice = new String(files.get("headlight/NOTICE.txt"), StandardCharsets.UTF_8);
        assertThat(notice).contains("server/licenses/embedded-model/NOTICE.txt");
        assertThat(files.keySet())
                .filteredOn(name -> name.startsWith("headlight/lib/") && !name.contains("/headlight-"))
                .allSatisfy(name -> assertThat(notice).contains(name.replaceFirst("headlight/(lib/.*?)-\\d.*", "$1")));
    }

    /** Possible mistakes, and the message for each. */
    enum Broken {
        NO_DESCRIPTOR("The plugin descriptor 'plugin.xml' is not found") {
            @Override
            void change(Map<String, byte[]> zip, Map<String, byte[]> jar) {
                jar.remove(PluginZip.DESCRIPTOR);
            }
        },
        MALFORMED_DESCRIPTOR("must be terminated by the matching end-tag") {
            @Override
            String edited(String descriptor) {
                return descriptor.replace("</actions>", "");
            }
        },
        NO_SINCE_BUILD("The property <idea-version> is not specified") {
            @Override
            String edited(String descriptor) {
                return descriptor.replaceFirst("<idea-version[^>]*/>", "");
            }
        },
        SINCE_BUILD_IS_A_VERSION("The `2024` component of the <since-build> parameter (2024.2) is out of range") {
            @Override
            String edited(String descriptor) {
                return descriptor.replace("since-build=\"242\"", "since-build=\"2024.2\"");
            }
        },
        UNTIL_BEFORE_SINCE("must not be greater than the <until-build> parameter") {
            @Override
            String edited(String descriptor) {
                return descriptor.replace("since-build=\"242\"", "since-build=\"242\" until-build=\"241.*\"");
            }
        },
        NO_VENDOR("The property <vendor> is not specified") {
            @Override
            String edited(String descriptor) {
                return descriptor.replaceFirst("<vendor.*</vendor>", "");
            }
        },
        NO_DEPENDENCY("Plugin has no dependencies") {
            @Override
            String edited(String descriptor) {
                return descriptor.replaceAll("<depends.*?</depends>", "");
            }
        },
        OPTIONAL_FILE_MISSING("'headlight-jcef.xml' for optional dependency 'com.intellij.modules.jcef'") {
            @Override
            void change(Map<String, byte[]> zip, Map<String, byte[]> jar) {
                jar.remove("META-INF/headlight-jcef.xml");
            }
        },
        TWO_ROOTS("must not contain multiple files: headlight, other") {
            @Override
            void change(Map<String, byte[]> zip, Map<String, byte[]> jar) {
                zip.put("other/lib/other.jar", new byte[0]);
            }
        },
        CLASS_MISSING("There is no class dev.headlight.intellij.NoSuchToolWindow.") {
            @Override
            String edited(String descriptor) {
                return descriptor.replace("intellij.AttentionToolWindow", "intellij.NoSuchToolWindow");
            }
        },
        NO_SUCH_EXTENSION_POINT("There is no extension point toolWindoww.") {
            @Override
            String edited(String descriptor) {
                return descriptor.replace("<toolWindow ", "<toolWindoww ");
            }
        };

        private final String said;

        Broken(String said) {
            this.said = said;
        }

        String edited(String descriptor) {
            return descriptor;
        }

        void change(Map<String, byte[]> zip, Map<String, byte[]> jar) {
            jar.computeIfPresent(
                    PluginZip.DESCRIPTOR,
                    (name, bytes) ->
                            edited(new String(bytes, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8));
        }
    }

    /** The zip without its server, which is slow to pack and irrelevant to the parser. */
    private Map<String, byte[]> small() throws IOException {
        return new LinkedHashMap<>(PluginZip.read(ZIP, "headlight/server/"));
    }

    @Test
    void aSmallerZipIsValid() throws IOException {
        Path zip = temp.resolve("headlight.zip");
        PluginZip.write(small(), zip);
        assertThat(PluginZip.problems(zip)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Broken.class)
    void aBrokenZipIsRejectedForThatReason(Broken broken) throws IOException {
        Map<String, byte[]> files = small();
        Map<String, byte[]> jar = new LinkedHashMap<>(PluginZip.read(files.get(JAR)));
        broken.change(files, jar);
        files.put(JAR, PluginZip.bytes(jar));
        Path zip = Files.createDirectories(temp.resolve(broken.name())).resolve("headlight.zip");
        PluginZip.write(files, zip);
        assertThat(PluginZip.problems(zip)).singleElement().asString().contains(broken.said);
    }
}
