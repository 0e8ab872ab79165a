package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.testing.Await;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

class MaintenanceTest {

    private static final long HOUR_MS = TimeUnit.HOURS.toMillis(1);

    private final Maintenance maintenance = new Maintenance("djlcachex-maintenance-test");
    private final AtomicInteger runs = new AtomicInteger();

    @AfterEach
    void stop() {
        maintenance.stop(HOUR_MS);
    }

    @Test
    void task_scheduledAgainForSooner_runsSoonerAndOnce() {
        Maintenance.Task task = maintenance.add("count", runs::incrementAndGet);
        Maintenance.Task last = maintenance.add("end", runs::incrementAndGet);

        task.scheduleIn(HOUR_MS);
        task.scheduleIn(0);
        task.scheduleIn(HOUR_MS);
        Await.until("the task ran", () -> runs.get() == 1);
        last.scheduleIn(0);

        Await.until("the other task ran", () -> runs.get() == 2);
    }

    @Test
    void tasks_dueAtOnce_runInOneThreadInTheOrderOfTheirDueTimes() {
        Queue<String> order = new ConcurrentLinkedQueue<>();
        CountDownLatch scheduled = new CountDownLatch(1);
        Maintenance.Task first = maintenance.add("wait", scheduled::await);
        Maintenance.Task late = maintenance.add("run late", () -> order.add("late " + thread()));
        Maintenance.Task soon = maintenance.add("run soon", () -> order.add("soon " + thread()));

        first.scheduleIn(0);
        late.scheduleIn(20);
        soon.scheduleIn(0);
        scheduled.countDown();

        Await.until("both ran", () -> order.size() == 2);
        assertThat(order)
                .containsExactly(
                        "soon djlcachex-maintenance-test", "late djlcachex-maintenance-test");
    }

    private static String thread() {
        return Thread.currentThread().getName();
    }

    @Test
    void task_thatThrows_isRunAgainAndDoesNotStopOthers() {
        Maintenance.Task failing =
                maintenance.add(
                        "do what fails first",
                        () -> {
                            if (runs.incrementAndGet() == 1) {
                                throw new IOException("the disk is away");
                            }
                        });
        AtomicInteger others = new AtomicInteger();
        Maintenance.Task other = maintenance.add("count", others::incrementAndGet);

        failing.scheduleIn(0);
        other.scheduleIn(0);

        Await.until("it ran again", () -> runs.get() == 2 && others.get() == 1);
    }

    @Test
    void stop_whileATaskHangs_returnsBeforeItsEnd() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        Maintenance.Task hanging =
                maintenance.add(
                        "wait for a disk",
                        () -> {
                            begun.countDown();
                            released.await();
                            runs.incrementAndGet();
                        });
        hanging.scheduleIn(0);
        Await.until("it runs", () -> begun.getCount() == 0);

        maintenance.stop(1);

        assertThat(runs).hasValue(0);
        released.countDown();
    }

    @Test
    void schedule_afterStop_isRefused() {
        Maintenance.Task task = maintenance.add("count", runs::incrementAndGet);

        maintenance.stop(1);

        assertThat(task.scheduleIn(0)).isFalse();
        assertThat(runs).hasValue(0);
    }
}
