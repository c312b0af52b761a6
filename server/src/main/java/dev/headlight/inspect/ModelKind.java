package dev.headlight.inspect;

import dev.headlight.UserException;
import dev.headlight.model.Family;
import dev.headlight.weights.Config;
import java.nio.file.Path;

/**
 * A checkpoint's kind, from its config.json alone: enough to know whether its weights are worth downloading.
 *
 * @param type its {@code model_type}
 * @param encoderDecoder whether it declares a decoder besides the encoder
 */
public record ModelKind(String type, boolean encoderDecoder) {
    /**
     * Reads a checkpoint's configuration.
     *
     * @throws UserException if there is none, or the type is missing
     */
    public static ModelKind of(Path folder) {
        Config config = Config.read(folder.resolve("config.json"));
        return new ModelKind(config.string("model_type"), config.flag("is_encoder_decoder", false));
    }

    /** Whether a family supports it. */
    public boolean isKnown() {
        return Family.types().contains(type);
    }

    /**
     * Throws unless the kind is supported.
     *
     * @param name the model's name
     * @throws UserException if no family supports it
     */
    public void require(String name) {
        if (!isKnown()) {
            throw new UserException(
                    name + " is " + description() + ", which this version doesn't support: choose a model of the kind "
                            + String.join(", ", Family.types()) + ".");
        }
    }

    /** Such as: a t5 model, an encoder-decoder. */
    public String description() {
        return "a " + type + " model" + (encoderDecoder ? ", an encoder-decoder" : "");
    }
}
