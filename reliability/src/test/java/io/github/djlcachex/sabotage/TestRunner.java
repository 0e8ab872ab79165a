package io.github.djlcachex.sabotage;

import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/** Runs test classes in a JVM of its own, until the first one fails. */
final class TestRunner {

    private TestRunner() {}

    public static void main(String[] classNames) {
        LauncherDiscoveryRequest request =
                LauncherDiscoveryRequestBuilder.request()
                        .selectors(
                                Arrays.stream(classNames)
                                        .map(DiscoverySelectors::selectClass)
                                        .toList())
                        .build();
        AtomicLong passed = new AtomicLong();
        LauncherFactory.create()
                .execute(
                        request,
                        new TestExecutionListener() {
                            @Override
                            public void executionFinished(
                                    TestIdentifier test, TestExecutionResult result) {
                                if (result.getStatus() == TestExecutionResult.Status.FAILED) {
                                    end("failed " + test.getDisplayName());
                                }
                                passed.addAndGet(test.isTest() ? 1 : 0);
                            }

                            @Override
                            public void testPlanExecutionFinished(TestPlan plan) {
                                end("passed " + passed);
                            }
                        });
    }

    /** Ends at once: threads that a bug left hanging would keep the JVM. */
    private static void end(String result) {
        System.out.println();
        System.out.println(result);
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }
}
