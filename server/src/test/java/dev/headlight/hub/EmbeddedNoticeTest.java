package dev.headlight.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The sources of the embedded model are credited next to it, wherever it is copied. */
class EmbeddedNoticeTest {
    private final Path folder = Hub.locate(Hub.EMBEDDED);

    @Test
    void everyTextWhoseLicenceRequiresItIsCreditedWithCommitAndLicence() throws IOException {
        String notice = Files.readString(folder.resolve("NOTICE.txt"));
        List<String> sources = Files.readAllLines(folder.resolve("SOURCES.tsv"));
        assertThat(sources.get(0)).isEqualTo("group\trepo\tcommit\tlicence\twords");
        List<String[]> attributed = sources.stream()
                .skip(1)
                .map(line -> line.split("\t"))
                .filter(source -> source[3].startsWith("CC BY"))
                .toList();
        assertThat(attributed)
                .hasSizeGreaterThan(16)
                .allSatisfy(source -> assertThat(notice)
                        .contains("https://github.com/" + source[1] + "/tree/" + source[2])
                        .contains(source[3].replaceFirst(" ?\\(.*", "")));
        assertThat(notice)
                .contains(
                        "https://creativecommons.org/licenses/by/4.0/",
                        "https://creativecommons.org/licenses/by-sa/4.0/")
                .contains("© Rice University. Access for free at openstax.org.");
    }

    @Test
    void everyOtherTextIsCredited() throws IOException {
        String notice = Files.readString(folder.resolve("NOTICE.txt"));
        assertThat(Files.readAllLines(folder.resolve("SOURCES.tsv")).stream()
                        .skip(1)
                        .map(line -> line.split("\t"))
                        .filter(source -> !List.of("standardebooks", "wordnet").contains(source[0])))
                .allSatisfy(source -> assertThat(notice).contains(source[1]));
        assertThat(notice).contains("Standard Ebooks", "WordNet 3.0 Copyright 2006 by Princeton University.");
    }

    @Test
    void theWeightsThatItStartedFromComeWithTheirLicence() throws IOException {
        assertThat(Files.readString(folder.resolve("NOTICE.txt")))
                .contains("intfloat/e5-small-v2", "microsoft/MiniLM-L12-H384-uncased", "google-bert/bert-base-uncased")
                .contains("Copyright (c) Microsoft Corporation", "Permission is hereby granted, free of charge");
    }
}
