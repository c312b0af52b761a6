package dev.headlight.web;

import com.google.gson.JsonObject;
import dev.headlight.UserException;
import dev.headlight.export.AttentionJson;
import dev.headlight.export.AttentionPage;
import dev.headlight.export.AttentionPictures;
import dev.headlight.export.AttentionSafeTensors;
import dev.headlight.export.Export;
import dev.headlight.inspect.AttentionShape;
import dev.headlight.inspect.Inspection;
import dev.headlight.inspect.Selection;
import dev.headlight.session.OpenInspection;
import dev.headlight.session.Session;
import dev.headlight.web.Api.BadRequest;
import dev.headlight.weights.SafeTensorsWriter.Sized;
import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Files of an open inspection, the same that the command line writes, sent while they are written. */
final class Exports {
    private static final Logger LOG = LoggerFactory.getLogger(Exports.class);
    private static final Pattern PICTURE =
            Pattern.compile("([A-Za-z]+)_Layer([1-9]\\d{0,5})_Head([1-9]\\d{0,5})\\.png");
    /** An address of the page: what the exported page shows first. */
    private static final Pattern SHOWN = Pattern.compile("[A-Za-z0-9_=&.,-]{0,500}");

    private static final Map<String, String> TYPES = Map.of(
            "attention.safetensors", "application/octet-stream",
            "attention.json", "application/json",
            "attention.html", "text/html;charset=utf-8",
            "attention.zip", "application/zip");

    private final Turns writing = new Turns(3);
    private final Session session;
    private final Reasons reasons;

    Exports(Session session, Reasons reasons) {
        this.session = session;
        this.reasons = reasons;
    }

    /** A file's content, and its size if that is known before it is written. */
    interface Content {
        void writeTo(OutputStream out, Sized sized) throws IOException;
    }

    record Download(String type, String file, Content content) {}

    void send(Context context, OpenInspection opened) {
        Download download = download(context, opened);
        writing.run(() -> send(context, download));
    }

    static void send(Context context, Download download) {
        context.contentType(download.type())
                .header("Content-Disposition", "attachment; filename=\"" + download.file() + "\"");
        try {
            OutputStream out = new BufferedOutputStream(context.outputStream(), 1 << 16);
            download.content().writeTo(out, size -> context.res().setContentLengthLong(size));
            out.flush();
        } catch (IOException e) {
            LOG.debug("the client of {} disconnected", download.file());
            Unfinished.abort(context.res());
        } catch (RuntimeException | Error e) {
            if (!context.res().isCommitted()) {
                Unfinished.forget(context.res());
                throw e;
            }
            if (!(e instanceof UserException || e instanceof Callers.Departed)) {
                LOG.error("{} was not completed", download.file(), e);
            }
            Unfinished.abort(context.res());
        }
    }

    private Download download(Context context, OpenInspection opened) {
        String name = context.pathParam("name");
        Matcher picture = PICTURE.matcher(name);
        if (picture.matches()) {
            AttentionShape attention = attention(opened.inspection(), picture);
            Export one = export(context, opened, named(opened.inspection(), picture));
            return new Download("image/png", name, (out, sized) -> AttentionPictures.one(out, one, attention));
        }
        if (!TYPES.containsKey(name)) {
            throw new NotFoundResponse();
        }
        Export export = export(context, opened, selected(opened.inspection(), context));
        String shown = shown(context);
        Optional<JsonObject> why = name.equals("attention.html") ? reasons.ofPage(context, opened) : Optional.empty();
        String ending = name.substring(name.indexOf('.'));
        return new Download(TYPES.get(name), "headlight-" + opened.id() + ending, (out, sized) -> {
            switch (ending) {
                case ".safetensors" -> AttentionSafeTensors.write(out, export, sized);
                case ".json" -> AttentionJson.write(out, export);
                case ".html" -> AttentionPage.write(out, export, shown, why);
                default -> AttentionPictures.zip(out, export);
            }
        });
    }

    private Export export(Context context, OpenInspection opened, Selection selection) {
        OpenLayers layers = new OpenLayers(session, opened, Api.whileConnected(context));
        return new Export(opened.inspection(), layers, selection);
    }

    /** The attention of a picture, which has the picture's layer. */
    private static AttentionShape attention(Inspection inspection, Matcher picture) {
        return inspection.attentions().stream()
                .filter(shape -> AttentionPictures.fileStart(shape.kind()).equals(picture.group(1)))
                .filter(shape -> Integer.parseInt(picture.group(2)) <= shape.layers())
                .findFirst()
                .orElseThrow(NotFoundResponse::new);
    }

    private static Selection named(Inspection inspection, Matcher picture) {
        List<Integer> layer = List.of(Integer.valueOf(picture.group(2)));
        List<Integer> head = List.of(Integer.valueOf(picture.group(3)));
        try {
            return Selection.of(inspection, Optional.of(layer), Optional.of(head));
        } catch (UserException e) {
            throw new NotFoundResponse();
        }
    }

    private static Selection selected(Inspection inspection, Context context) {
        try {
            return Selection.of(inspection, numbers(context, "layers"), numbers(context, "heads"));
        } catch (UserException e) {
            throw new BadRequest(e.getMessage());
        }
    }

    private static Optional<List<Integer>> numbers(Context context, String name) {
        try {
            return Optional.ofNullable(context.queryParam(name))
                    .map(value -> Stream.of(value.split(",", -1))
                            .map(Integer::valueOf)
                            .toList());
        } catch (NumberFormatException e) {
            throw new BadRequest("The request's " + name + " are not whole numbers separated by commas.");
        }
    }

    private static String shown(Context context) {
        String shown = Optional.ofNullable(context.queryParam("shown")).orElse("");
        if (!SHOWN.matcher(shown).matches()) {
            throw new BadRequest("The request's shown is not an address of the page.");
        }
        return shown;
    }
}
