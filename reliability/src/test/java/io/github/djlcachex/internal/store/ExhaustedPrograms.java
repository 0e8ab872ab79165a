package io.github.djlcachex.internal.store;

import static io.github.djlcachex.scenario.programs.WriterPrograms.say;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.PutResult;
import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.scenario.programs.WriterPrograms.Checked;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestRows;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;

/**
 * Training in a process that has no file descriptor or thread left. Each says at its end how many
 * rows were "acknowledged", and "wrong" or "lost" ones.
 */
final class ExhaustedPrograms {

    private static final int STEP_ROWS = 50;

    private ExhaustedPrograms() {}

    /** One training, and what it counted. */
    private static final class Training {
        private final FeatureCache cache;
        private final ArrayDeque<Keys> acknowledged = new ArrayDeque<>();
        private long next;
        private int wrong;
        private int lost;
        private int failedSteps;

        Training(FeatureCache cache) {
            this.cache = cache;
        }

        /** Gathers, puts and flushes new rows, and looks at all that were acknowledged before. */
        boolean step() {
            Keys keys = TestRows.range(next, next += STEP_ROWS);
            int hits = Checked.of(cache, keys).right();
            PutResult put = Caches.put(cache, keys);
            boolean complete = cache.flush().isComplete() && put.stored() == STEP_ROWS;
            if (hits != 0) {
                throw new IllegalStateException("new keys had rows");
            }
            if (complete) {
                acknowledged.add(keys);
            } else {
                failedSteps++;
            }
            wrong += Checked.of(cache, keys).wrong();
            check(cache);
            return complete;
        }

        long next() {
            return next;
        }

        void check(FeatureCache reader) {
            for (Keys keys : acknowledged) {
                Checked checked = Checked.of(reader, keys);
                wrong += checked.wrong();
                lost += checked.missing();
            }
        }

        void report() {
            say("failed " + failedSteps);
            say("wrong " + wrong);
            say("lost " + lost);
            say("acknowledged " + acknowledged.size() * STEP_ROWS);
        }
    }

    /** Trains with 0, 1, 2 ... file descriptors left, up to a number, and then with enough. */
    static final class WithoutDescriptors {
        private WithoutDescriptors() {}

        public static void main(String[] args) throws IOException {
            Path directory = Path.of(args[0]);
            int most = Integer.parseInt(args[1]);
            ReadMode mode = ReadMode.valueOf(args[2]);
            Training training;
            try (FeatureCache cache =
                    Caches.at(directory).readMode(mode).memoryTierBytes(0).open()) {
                training = new Training(cache);
                training.step(); // loads the classes while they can be opened
                say("begins after " + training.next());
                for (int left = 0; left <= most; left++) {
                    Deque<FileInputStream> fillers = takeAllBut(left);
                    try {
                        training.step();
                        cache.missing(TestRows.range(0, training.next()));
                    } finally {
                        release(fillers);
                    }
                    say("half " + TestFiles.below(directory, ".tmp").size());
                }
                if (!training.step()) {
                    throw new IllegalStateException("writing does not go on");
                }
            }
            try (FeatureCache reopened = Caches.at(directory).open()) {
                training.check(reopened);
            }
            training.report();
        }

        private static Deque<FileInputStream> takeAllBut(int left) throws IOException {
            Deque<FileInputStream> fillers = new ArrayDeque<>();
            try {
                while (true) {
                    fillers.add(new FileInputStream("/dev/null"));
                }
            } catch (IOException e) {
                if (!String.valueOf(e.getMessage()).contains("Too many open files")) {
                    throw e;
                }
            }
            for (int i = 0; i < left; i++) {
                fillers.remove().close();
            }
            return fillers;
        }

        private static void release(Deque<FileInputStream> fillers) throws IOException {
            for (FileInputStream filler : fillers) {
                filler.close();
            }
        }
    }

    /** Trains while no thread can be started, and then while one can. */
    static final class WithoutThreads {
        private static final CountDownLatch released = new CountDownLatch(1);

        private WithoutThreads() {}

        public static void main(String[] args) throws IOException {
            Path directory = Path.of(args[0]);
            Training training;
            try (FeatureCache cache = Caches.at(directory).open()) {
                training = new Training(cache);
                say("threads " + takeAllThreads());
                for (int i = 0; i < 5; i++) {
                    training.step();
                }
                released.countDown();
                for (int attempt = 0; !training.step() && attempt < 100; attempt++) {
                    pause();
                }
                if (!training.step()) {
                    throw new IllegalStateException("writing does not go on");
                }
            }
            try (FeatureCache reopened = Caches.at(directory).open()) {
                training.check(reopened);
            }
            training.report();
        }

        private static int takeAllThreads() {
            for (int started = 0; ; started++) {
                Thread idle = new Thread(WithoutThreads::awaitRelease);
                idle.setDaemon(true);
                try {
                    idle.start();
                } catch (OutOfMemoryError e) {
                    return started;
                }
            }
        }

        private static void awaitRelease() {
            try {
                released.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        private static void pause() {
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
