package dev.headlight.inspect;

import dev.headlight.UserException;
import dev.headlight.model.Family;
import dev.headlight.weights.Config;
import java.nio.file.Path;

/**
 * What a checkpoint says that it is, by its config.json alone: enough to know whether its weights are worth fetching.
 *
 * @param type its {@code model_type}
 * @param encoderDecoder whether it says that it has a decoder beside the encoder
 */
public record ModelKind(String type, boolean encoderDecoder) {
    /**
     * Reads a checkpoint's configuration.
     *
     * @throws UserException where there is none, or it doesn't say
     */
    public static ModelKind of(Path folder) {
        Config config = Config.read(folder.resolve("config.json"));
        return new ModelKind(config.string("model_type"), config.flag("is_encoder_decoder", false));
    }

    /** Whether there is a family that runs it. */
    public boolean isKnown() {
        return Family.types().contains(type);
    }

    /**
     * Passes what can be run.
     *
     * @param name what the model is called
     * @throws UserException where no family runs it
     */
    public void require(String name) {
        if (!isKnown()) {
            throw new UserException(
                    name + " is " + description() + ", which this version doesn't run: choose a model of" + " the kind "
                            + String.join(", ", Family.types()) + ".");
        }
    }

    /** Such as: a t5 model, an encoder-decoder. */
    public String description() {
        return "a " + type + " model" + (encoderDecoder ? ", an encoder-decoder" : "");
    }
}
