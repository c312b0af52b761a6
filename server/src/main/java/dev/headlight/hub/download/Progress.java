package dev.headlight.hub.download;

/**
 * How far a download is.
 *
 * @param step what is being done
 * @param done bytes that are there, those of an earlier try included
 * @param total bytes of all files
 * @param perSecond bytes a second of late, 0 where that isn't known yet
 */
public record Progress(Step step, long done, long total, long perSecond) {
    /** What is being done. */
    public enum Step {
        DOWNLOADING("downloading"),
        /** Another process holds the lock of what is left. */
        WAITING("waiting for another process that downloads it"),
        CHECKING("checking what came");

        private final String text;

        Step(String text) {
            this.text = text;
        }
    }

    /** Of a hundred. */
    public int percent() {
        return total == 0 ? 0 : (int) (100.0 * done / total);
    }

    /** As a person reads it: {@code 120.4 MB of 440.5 MB, 12.3 MB/s, 26 s left}. */
    public String text() {
        String amount = Bytes.text(done) + " of " + Bytes.text(total);
        if (step != Step.DOWNLOADING) {
            return amount + ", " + step.text;
        }
        return perSecond == 0 ? amount : amount + ", " + Bytes.text(perSecond) + "/s, " + left() + " left";
    }

    private String left() {
        long seconds = (total - done + perSecond - 1) / perSecond;
        if (seconds < 100) {
            return seconds + " s";
        }
        return seconds < 6000 ? (seconds + 59) / 60 + " min" : (seconds + 3599) / 3600 + " h";
    }
}
