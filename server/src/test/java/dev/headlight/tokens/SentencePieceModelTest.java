package dev.headlight.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headlight.UserException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SentencePieceModelTest {
    @TempDir
    Path temp;

    /** A field of bytes. */
    private static byte[] field(int number, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(number << 3 | 2);
        out.write(content.length);
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static byte[] piece(String text, float score, int kind) {
        ByteBuffer number = ByteBuffer.allocate(5)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) (2 << 3 | 5))
                .putFloat(score);
        byte[] type = {3 << 3, (byte) kind};
        return field(1, joined(field(1, text.getBytes(StandardCharsets.UTF_8)), number.array(), type));
    }

    private static byte[] model(int type) {
        byte[] trainer = {3 << 3, (byte) type, 40 << 3 & 0x7f | (byte) 0x80, 40 >> 4, 0};
        return joined(
                piece("<unk>", 0, 2),
                piece("<s>", 0, 3),
                piece("▁the", -1.5f, 1),
                field(2, trainer),
                field(3, field(2, new byte[] {7})));
    }

    private SentencePieceModel read(byte[] bytes) throws IOException {
        return SentencePieceModel.read(Files.write(temp.resolve("spiece.model"), bytes));
    }

    @Test
    void piecesScoresAndSettingsAreRead() throws IOException {
        SentencePieceModel model = read(model(1));
        assertThat(model.pieces())
                .containsExactly(
                        new SentencePieceModel.Piece("<unk>", 0, 2),
                        new SentencePieceModel.Piece("<s>", 0, 3),
                        new SentencePieceModel.Piece("▁the", -1.5f, 1));
        assertThat(model.unigram()).isTrue();
        assertThat(model.unknown()).isZero();
        assertThat(model.charsmap()).containsExactly(7);
        assertThat(read(model(2)).unigram()).isFalse();
    }

    @Test
    void aWordModelIsRefused() {
        assertThatThrownBy(() -> read(model(3)))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("spiece.model is a SentencePiece model of the kind word");
    }

    @RepeatedTest(300)
    void damagedFilesAreReadOrRefusedWithAClearError(RepetitionInfo repetition) throws IOException {
        Random random = new Random(repetition.getCurrentRepetition());
        byte[] bytes = model(1);
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        byte[] damaged = random.nextBoolean() ? bytes : Arrays.copyOf(bytes, random.nextInt(bytes.length));
        try {
            assertThat(read(damaged).pieces()).isNotEmpty();
        } catch (UserException e) {
            assertThat(e.getMessage()).matches("[^\\n]+[.]");
        }
    }
}
