package dev.headlight.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.headlight.testing.PageFile;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusPageTest {
    @Test
    void aPageHoldsAllOfACorpusAndItsTextsEndNoElement(@TempDir Path temp) throws IOException {
        JsonObject corpus = JsonParser.parseString("{\"a\":[0.1,null],\"text\":\"é</script><b>\"}")
                .getAsJsonObject();
        Path page = temp.resolve("page.html");
        CorpusPage.write(page, corpus);
        assertThat(PageFile.corpus(page)).isEqualTo(corpus);
        assertThat(page).content().doesNotContain("é</script>", "headlight:data");
    }
}
