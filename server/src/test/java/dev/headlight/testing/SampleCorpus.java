package dev.headlight.testing;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

/** A corpus.json of two heads and two texts. */
public final class SampleCorpus {
    private static final int OFFSETS = 35;

    private SampleCorpus() {}

    /** A new one. */
    public static JsonObject json() {
        String most = "\"most\":[[1,0.9],[0,0.5]]";
        String pattern = "{\"mean\":0.875,\"error\":0.01,\"share\":0.9,\"texts\":2," + most + "}";
        String relation = "{\"mean\":0.4,\"error\":0.02,\"baseline\":0.1,\"baselineError\":0.01,\"difference\":0.3,"
                + "\"differenceError\":0.02,\"share\":1.0,\"texts\":2," + most + "}";
        String offsets = "[" + "0.02,".repeat(OFFSETS - 1) + "0.02]";
        JsonArray heads = new JsonArray();
        for (int head = 0; head < 2; head++) {
            heads.add(JsonParser.parseString("{\"kind\":\"self\",\"layer\":0,\"head\":" + head + ",\"patterns\":["
                    + pattern + "," + pattern + "],\"offsets\":{\"mean\":" + offsets + ",\"error\":" + offsets
                    + "},\"masses\":[{\"mean\":0.1,\"error\":0.01}],\"relations\":[" + relation + "]}"));
        }
        JsonObject corpus = JsonParser.parseString("""
                        {"headlight": "corpus", "version": 1, "by": "0.1.0",
                         "model": {"name": "embedded", "revision": "r", "sha256": {"model.safetensors": "00"},
                                   "precision": "float32", "layers": 1, "heads": 2},
                         "corpus": {"source": "notes", "unit": "usual", "documents": 1, "texts": 2, "tokens": 9,
                                    "unparsed": 0, "fingerprint": "00"},
                         "patterns": [{"label": "previous token", "threshold": 0.5},
                                      {"label": "next token", "threshold": 0.5}],
                         "masses": ["special"],
                         "relations": [{"id": "number-before", "label": "number → the number before", "links": 3}],
                         "texts": [{"id": "a.txt:1:1", "text": "One."}, {"id": "a.txt:2:1", "text": "Two & <b>."}]}
                        """).getAsJsonObject();
        corpus.add("heads", heads);
        return corpus;
    }

    /** The first pattern of its first head. */
    public static JsonObject pattern(JsonObject corpus) {
        return corpus.getAsJsonArray("heads")
                .get(0)
                .getAsJsonObject()
                .getAsJsonArray("patterns")
                .get(0)
                .getAsJsonObject();
    }
}
