package dev.headlight.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headlight.UserException;
import dev.headlight.hub.download.ModelName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheTest {
    private static final String OLD = "a".repeat(40);
    private static final String NEW = "b".repeat(40);

    @TempDir
    Path root;

    private Path folder(String repository) {
        return root.resolve("models--" + repository.replace("/", "--"));
    }

    /** Lays a file out as huggingface_hub does. */
    private void file(String repository, String commit, String name, String content) throws IOException {
        Path blobs = Files.createDirectories(folder(repository).resolve("blobs"));
        Path snapshot =
                Files.createDirectories(folder(repository).resolve("snapshots").resolve(commit));
        String etag = "e" + content.hashCode();
        Files.writeString(blobs.resolve(etag), content);
        Files.createSymbolicLink(snapshot.resolve(name), Path.of("../../blobs", etag));
    }

    private void ref(String repository, String revision, String commit) throws IOException {
        Path ref = folder(repository).resolve("refs").resolve(revision);
        Files.createDirectories(ref.getParent());
        Files.writeString(ref, commit);
    }

    private void model(String repository, String commit, String weights) throws IOException {
        file(repository, commit, "config.json", "{}");
        file(repository, commit, "tokenizer.json", "{ }");
        file(repository, commit, "model.safetensors", weights);
    }

    private Cache cache() {
        return new Cache(root);
    }

    private List<String> blobs(String repository) throws IOException {
        try (Stream<Path> files = Files.list(folder(repository).resolve("blobs"))) {
            return files.map(CacheTest::content).sorted().toList();
        }
    }

    private static String content(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void anAbsentCacheIsEmpty() {
        assertThat(new Cache(root.resolve("none")).list()).isEmpty();
    }

    @Test
    void everyRevisionIsListedByTheNameThatFindsIt() throws IOException {
        model("org/one", OLD, "old");
        model("org/one", NEW, "new");
        ref("org/one", "main", NEW);
        ref("org/one", "refs/pr/1", OLD);
        model("gpt2", OLD, "x");
        Files.createDirectories(root.resolve("datasets--org--data/snapshots/" + OLD));
        Files.createDirectories(root.resolve("models--..--evil/snapshots/" + OLD));
        List<Cached> found = cache().list();
        assertThat(found.stream().map(model -> model.name().toString()))
                .containsExactly("gpt2@" + OLD, "org/one@refs/pr/1", "org/one");
        for (Cached model : found) {
            assertThat(model.missing()).isEmpty();
            assertThat(cache().find(ModelName.require(model.name().toString()))).contains(new Snapshot(model.folder()));
            assertThat(model.bytes()).isBetween(5L, 10L);
        }
    }

    @Test
    void missingFilesAreReported() throws IOException {
        Path snapshot = folder("org/m").resolve("snapshots").resolve(OLD);
        Files.createDirectories(snapshot);
        Snapshot model = new Snapshot(snapshot);
        assertThat(model.missing()).contains("no config.json");
        file("org/m", OLD, "config.json", "{}");
        assertThat(model.missing()).contains("no tokenizer");
        file("org/m", OLD, "vocab.txt", "x");
        assertThat(model.missing()).contains("no model.safetensors");
        file("org/m", OLD, "model.safetensors.index.json", "{\"weight_map\":{\"a\":\"a.safetensors\"}}");
        assertThat(model.missing()).contains("no a.safetensors");
        file("org/m", OLD, "a.safetensors", "a");
        assertThat(model.missing()).isEmpty();
        Files.delete(folder("org/m").resolve("blobs").resolve("e" + "a".hashCode()));
        assertThat(model.missing()).contains("no a.safetensors");
    }

    @Test
    void removingAModelRemovesNothingElse() throws IOException {
        model("org/one", OLD, "1");
        model("org/two", OLD, "2");
        Path outside = Files.writeString(root.resolve("outside"), "keep");
        Files.createSymbolicLink(
                folder("org/one").resolve("snapshots").resolve(OLD).resolve("x"), outside);
        Files.createDirectories(root.resolve(".locks/models--org--one"));
        Files.writeString(root.resolve(".locks/models--org--one/e.lock"), "");
        cache().remove(ModelName.require("org/one"));
        assertThat(folder("org/one")).doesNotExist();
        assertThat(root.resolve(".locks/models--org--one")).doesNotExist();
        assertThat(outside).hasContent("keep");
        assertThat(cache().list()).hasSize(1);
    }

    @Test
    void removingARevisionRemovesTheBlobsThatNoOtherUses() throws IOException {
        model("org/one", OLD, "old");
        model("org/one", NEW, "new");
        ref("org/one", "main", NEW);
        ref("org/one", "v1", OLD);
        cache().removeRevision(ModelName.require("org/one@v1"));
        assertThat(blobs("org/one")).containsExactly("new", "{ }", "{}");
        assertThat(cache().list().stream().map(model -> model.name().toString()))
                .containsExactly("org/one");
        assertThat(cache().find(ModelName.require("org/one")).orElseThrow().missing())
                .isEmpty();
    }

    @Test
    void aNameThatSharesItsCommitIsRemovedAlone() throws IOException {
        model("org/one", OLD, "old");
        ref("org/one", "main", OLD);
        ref("org/one", "v1", OLD);
        cache().removeRevision(ModelName.require("org/one@v1"));
        assertThat(cache().find(ModelName.require("org/one@v1"))).isEmpty();
        assertThat(cache().find(ModelName.require("org/one"))).isPresent();
        assertThat(blobs("org/one")).hasSize(3);
        cache().removeRevision(ModelName.require("org/one@" + OLD));
        assertThat(folder("org/one")).doesNotExist();
    }

    @Test
    void anAbsentModelCannotBeRemoved() {
        assertThatThrownBy(() -> cache().remove(ModelName.require("org/none")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("has no org/none");
        assertThatThrownBy(() -> cache().removeRevision(ModelName.require("org/none@v1")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("has no org/none@v1");
    }

    @Test
    void withoutLinksABlobIsMovedOrCopied() throws IOException {
        // a file system without links: as on Windows, without the right to make them
        Path blob = Files.writeString(root.resolve("blob"), "content");
        try (var zip = java.nio.file.FileSystems.newFileSystem(
                root.resolve("links.zip"), java.util.Map.of("create", "true"))) {
            Path inside = Files.copy(blob, zip.getPath("/blob"));
            cache().link(inside, zip.getPath("/snapshots/copied"), false);
            assertThat(content(zip.getPath("/snapshots/copied"))).isEqualTo("content");
            assertThat(Files.exists(inside)).isTrue();
            cache().link(inside, zip.getPath("/snapshots/moved"), true);
            assertThat(content(zip.getPath("/snapshots/moved"))).isEqualTo("content");
            assertThat(Files.exists(inside)).isFalse();
        }
    }
}
