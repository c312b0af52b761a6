package dev.headlight.hub.download;

/**
 * Progress of a download.
 *
 * @param step the current step
 * @param done bytes present, including those of an earlier try
 * @param total bytes of all files
 * @param perSecond recent bytes per second, 0 if not known yet
 */
public record Progress(Step step, long done, long total, long perSecond) {
    /** A step of a download. */
    public enum Step {
        DOWNLOADING("downloading"),
        /** Another process is downloading the remaining files. */
        WAITING("waiting for another process that is downloading it"),
        CHECKING("verifying the download");

        private final String text;

        Step(String text) {
            this.text = text;
        }
    }

    /** Per cent done. */
    public int percent() {
        return total == 0 ? 0 : (int) (100.0 * done / total);
    }

    /** For display: {@code 120.4 MB of 440.5 MB, 12.3 MB/s, 26 s left}. */
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
