package dev.headlight.hub;

import dev.headlight.Cancellation;
import dev.headlight.UserException;
import dev.headlight.hub.download.Disk;
import dev.headlight.hub.download.Download;
import dev.headlight.hub.download.Download.Changed;
import dev.headlight.hub.download.HubMessages;
import dev.headlight.hub.download.Meter;
import dev.headlight.hub.download.ModelName;
import dev.headlight.hub.download.Progress;
import dev.headlight.hub.download.Progress.Step;
import dev.headlight.hub.download.Repository;
import dev.headlight.hub.download.Repository.Listing;
import dev.headlight.hub.download.Repository.Meta;
import dev.headlight.hub.download.Settings;
import dev.headlight.hub.download.Transport;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Downloads one revision of a model into the cache: first the files that show whether it can be used at all, then the
 * weights, several files at once. The revision is recorded only when it is complete.
 */
final class Fetch {
    private static final int AT_ONCE = 4;
    private static final int MOST_CHANGES = 3;

    private final Settings settings;
    private final Cache cache;
    private final ModelName name;
    private final Consumer<Path> usable;
    private final Meter meter;
    private final Cancellation cancellation;
    private final Transport transport;
    private final Repository repository;
    private volatile boolean stopped;
    private Throwable firstFailure; // of the parallel downloads; guarded by this

    /**
     * @param usable called with the folder once config.json is in it; throws to skip the weights
     * @param cancellation checked on several threads; throws {@link CancellationException} to end the work
     */
    Fetch(
            Settings settings,
            Cache cache,
            ModelName name,
            Consumer<Path> usable,
            Consumer<Progress> progress,
            Cancellation cancellation) {
        this.settings = settings;
        this.cache = cache;
        this.name = name;
        this.usable = usable;
        this.meter = new Meter(progress, System::nanoTime);
        this.cancellation = () -> {
            if (stopped) {
                throw new CancellationException();
            }
            cancellation.check();
        };
        this.transport = new Transport(settings);
        this.repository = new Repository(settings, transport, name, this.cancellation);
    }

    /** Downloads what is missing; returns the folder of the complete model. */
    Path run() {
        Listing listing = repository.list();
        Choice.check(name, listing.files());
        String commit = listing.commit();
        Path folder = cache.snapshot(name, commit);
        one(commit, Snapshot.CONFIG);
        usable.accept(folder);
        List<String> files = files(listing, folder);

        Map<String, Meta> metas = metas(commit, files);
        long needed = 0;
        for (Map.Entry<String, Meta> file : metas.entrySet()) {
            needed += needed(folder.resolve(file.getKey()), file.getValue());
        }
        requireRoom(needed);
        meter.expect(metas.values().stream().mapToLong(Meta::size).sum());
        atOnce(files, file -> {
            bring(commit, file, metas.get(file));
            return file;
        });
        cache.remember(name, commit);
        return folder;
    }

    /** Downloads the small files; returns them and the weights or their shards. */
    private List<String> files(Listing listing, Path folder) {
        List<String> files = new ArrayList<>(Choice.small(listing.files()));
        if (listing.files().contains(Snapshot.WEIGHTS)) {
            files.add(Snapshot.WEIGHTS);
            return files;
        }
        one(listing.commit(), Snapshot.INDEX);
        for (String shard : new Snapshot(folder).shards()) {
            if (!listing.files().contains(shard)) {
                throw new UserException(
                        name + " has no " + shard + ", which its index lists: choose another revision.");
            }
            files.add(shard);
        }
        return files;
    }

    private void one(String commit, String file) {
        bring(commit, file, repository.meta(commit, file));
    }

    private Map<String, Meta> metas(String commit, List<String> files) {
        List<Meta> found = atOnce(files, file -> repository.meta(commit, file));
        Map<String, Meta> metas = new LinkedHashMap<>();
        for (int i = 0; i < files.size(); i++) {
            metas.put(files.get(i), found.get(i));
        }
        return metas;
    }

    /** Bytes of a file that are still to be downloaded. */
    private long needed(Path file, Meta meta) {
        Path blob = cache.blob(name, meta.etag());
        if (isWhole(file, meta) || isWhole(blob, meta)) {
            return 0;
        }
        Path part = blob.resolveSibling(meta.etag() + ".incomplete");
        return Disk.on(() -> Math.max(0, meta.size() - (Files.exists(part) ? Files.size(part) : 0)));
    }

    private void requireRoom(long needed) {
        long free = Disk.on(() -> {
            Path there = cache.root();
            while (!Files.exists(there) && there.getParent() != null) {
                there = there.getParent();
            }
            return Files.getFileStore(there).getUsableSpace();
        });
        if (needed > free) {
            throw HubMessages.noRoom(cache.root(), needed, free);
        }
    }

    /** Completes a file of the snapshot. */
    private void bring(String commit, String file, Meta announced) {
        Meta meta = announced;
        for (int changes = 0; changes < MOST_CHANGES; changes++) {
            try {
                bring(commit, file, meta, repository.uri(commit, file));
                return;
            } catch (Changed e) {
                Path part = cache.blob(name, meta.etag() + ".incomplete");
                Disk.on(() -> Files.deleteIfExists(part));
                meta = repository.meta(commit, file);
            }
        }
        throw repository.strange();
    }

    private void bring(String commit, String file, Meta meta, URI uri) {
        Path place = cache.snapshot(name, commit).resolve(file);
        if (isWhole(place, meta)) {
            meter.found(meta.size());
            return;
        }
        Path blob = cache.blob(name, meta.etag());
        if (isWhole(blob, meta)) {
            meter.found(meta.size());
            cache.link(blob, place, false);
            return;
        }
        Cancellation waiting = () -> {
            cancellation.check();
            meter.at(Step.WAITING);
        };
        Lock lock = Disk.on(() -> Lock.hold(cache.lock(name, meta.etag()), waiting));
        try {
            if (isWhole(blob, meta) || isWhole(place, meta)) { // another process has downloaded it
                meter.found(meta.size());
            } else {
                new Download(repository, transport, settings.patience().stall(), meter, cancellation)
                        .run(uri, blob, meta);
            }
            if (!isWhole(place, meta)) {
                cache.link(blob, place, true);
            }
        } finally {
            Disk.on(() -> {
                lock.close();
                return null;
            });
        }
    }

    /** Files get their names when they are complete; the size only detects later truncation. */
    private static boolean isWhole(Path file, Meta meta) {
        return Disk.on(() -> Files.isRegularFile(file) && Files.size(file) == meta.size());
    }

    /** Processes several files in parallel; the first failure cancels the others. */
    private <T> List<T> atOnce(List<String> files, Function<String, T> work) {
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE, task -> {
            Thread thread = new Thread(task, "headlight-download");
            thread.setDaemon(true);
            return thread;
        });
        try {
            List<Future<T>> running = new ArrayList<>();
            for (String file : files) {
                running.add(threads.submit(() -> {
                    try {
                        return work.apply(file);
                    } catch (RuntimeException | Error e) {
                        failed(e);
                        throw e;
                    }
                }));
            }
            List<T> done = new ArrayList<>();
            for (Future<T> future : running) {
                done.add(result(future));
            }
            return done;
        } finally {
            threads.shutdown();
            awaitEnd(threads);
        }
    }

    /** Nothing is written after this returns: cancelled downloads stop within moments. */
    private static void awaitEnd(ExecutorService threads) {
        try {
            threads.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void failed(Throwable failure) {
        if (firstFailure == null) {
            firstFailure = failure;
            stopped = true;
        }
    }

    private <T> T result(Future<T> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            stopped = true;
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        } catch (ExecutionException e) {
            synchronized (this) {
                if (firstFailure instanceof RuntimeException first) {
                    throw first;
                }
                throw new IllegalStateException(firstFailure);
            }
        }
    }
}
