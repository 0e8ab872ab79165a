package io.github.djlcachex.djl.internal.outputs;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.djl.internal.Loggers;
import io.github.djlcachex.djl.internal.code.LambdaCode;

import org.slf4j.Logger;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Logs the warnings of a predictor that caches outputs, each once. For one thread. */
public final class OutputNotices {

    private static final Logger logger = Loggers.PREDICTOR;
    private static final int MAX_NAMED = 5;

    // a service may create a predictor for each request
    private static final int MAX_WARNINGS = 100;
    private static final Set<List<String>> CODE_SAID = ConcurrentHashMap.newKeySet();

    private final String translator;
    private final Set<Notice> said = EnumSet.noneOf(Notice.class);

    private enum Notice {
        CLOSED,
        NOT_KEPT,
        OTHER_TYPE,
        NOT_STORED,
        OTHER_COUNT
    }

    public OutputNotices(Object translator) {
        this.translator = LambdaCode.nameOf(translator.getClass());
    }

    /** Warns once in a process of users' code that the fingerprint may not cover. */
    public void userCode(List<String> names) {
        boolean says = !names.isEmpty() && CODE_SAID.size() < MAX_WARNINGS && CODE_SAID.add(names);
        if (says) {
            int more = names.size() - MAX_NAMED;
            logger.warn(
                    "The fingerprint of {} and its model may not see all of {}{}: state that it"
                            + " reaches elsewhere, and code without a class file. Give"
                            + " optVersion(text), and another text when its results change.",
                    translator,
                    String.join(", ", names.subList(0, Math.min(MAX_NAMED, names.size()))),
                    more > 0 ? " and " + more + " more" : "");
        }
    }

    void closed() {
        if (said.add(Notice.CLOSED)) {
            logger.warn(
                    "The cache of the outputs of {} is closed: its inputs run uncached. Close the"
                            + " cache behind the last prediction.",
                    translator);
        }
    }

    /** Warns that an output has no row, or a row of another schema. */
    void notKept(String found) {
        if (said.add(Notice.NOT_KEPT)) {
            logger.warn(
                    "An output of {} is {}, and so is not kept, nor are others like it: they are"
                            + " computed each time. Let the translator return outputs of one size.",
                    translator,
                    found);
        }
    }

    void otherType(FeatureCache cache, String found) {
        if (said.add(Notice.OTHER_TYPE)) {
            logger.warn(
                    "{} returns {}, and the rows in {} are of another type: this predictor runs"
                            + " uncached. Use another module id.",
                    translator,
                    found,
                    cache.directory());
        }
    }

    void notStored(Exception cause) {
        if (said.add(Notice.NOT_STORED)) {
            logger.warn("Outputs of {} could not be stored: {}", translator, cause.toString());
        }
    }

    void otherCount(int inputs, int outputs) {
        if (said.add(Notice.OTHER_COUNT)) {
            logger.warn(
                    "{} returned {} outputs for {} inputs: such batches run uncached.",
                    translator,
                    outputs,
                    inputs);
        }
    }
}
