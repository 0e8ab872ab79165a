package io.github.djlcachex.djl.internal.fingerprint;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SymbolBlock;
import ai.djl.training.Trainer;
import ai.djl.util.Pair;

import io.github.djlcachex.djl.UnsupportedBlockException;
import io.github.djlcachex.djl.internal.code.LambdaCode;
import io.github.djlcachex.djl.internal.code.UserCode;
import io.github.djlcachex.djl.internal.engine.BlockParameters;
import io.github.djlcachex.djl.internal.hash.Buffers;
import io.github.djlcachex.djl.internal.hash.DigestWriter;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.lang.ref.Reference;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Proxy;
import java.nio.Buffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Walks over a block and all that it holds in fields: weights, settings and code.
 *
 * <p>An object that was met before is represented by its number in the order of the walk. The walk
 * runs no code of the block, except functions that {@link LambdaCode} must probe.
 */
final class BlockWalk {

    // deeper than any network; a longer chain is a list
    private static final int MAX_DEPTH = 200;
    private static final int MAX_OBJECTS = 1_000_000;

    private final KnownParts known;
    private final UserCode code = new UserCode();
    private final boolean readsCode;
    private final boolean graphsNamed;
    private final IdentityHashMap<Object, Integer> met = new IdentityHashMap<>();
    private DigestWriter out = new DigestWriter();
    private int depth;
    private int weights;
    private int functions;
    private boolean contentsCount;

    /**
     * Creates a walk.
     *
     * @param known tells what stands behind objects whose fields are not read
     * @param readsCode whether users' code counts; else their classes' names alone do
     * @param graphsNamed whether graphs that engines do not save are named by somebody else
     */
    BlockWalk(KnownParts known, boolean readsCode, boolean graphsNamed) {
        this.known = known;
        this.readsCode = readsCode;
        this.graphsNamed = graphsNamed;
    }

    DigestWriter out() {
        return out;
    }

    /** Returns the number of weight arrays and symbol blocks that were met. */
    int weights() {
        return weights;
    }

    List<String> userCode() {
        return code.names();
    }

    /**
     * Adds an object.
     *
     * @param path where it was found, for messages
     * @throws UnsupportedBlockException if it may hold weights that cannot be read
     */
    void add(String path, @Nullable Object value) {
        Block wrapped = value == null ? null : known.wrappedBy(value);
        if (value == null) {
            out.text("null");
        } else if (wrapped != null) {
            add(path, wrapped);
        } else if (Settings.isSetting(value)) {
            functions += Settings.isNumbers(value.getClass()) ? 1 : 0;
            Settings.write(out, value);
            if (value instanceof Enum<?>) {
                addCode(
                        value,
                        false,
                        UserCode.isUsers(value.getClass())); // an enum constant may be a function
            }
        } else if (met.containsKey(value)) {
            out.text("met").number(met.get(value));
        } else {
            met.put(value, met.size());
            enter(path, value);
        }
    }

    private void enter(String path, Object value) {
        if (depth >= MAX_DEPTH || met.size() > MAX_OBJECTS) {
            throw refused(
                    path,
                    "a block of at most " + MAX_DEPTH + " objects one in the other",
                    "more",
                    Advice.NAME_THE_WEIGHTS);
        }
        depth++;
        addNew(path, value);
        depth--;
    }

    private void addNew(String path, Object value) {
        if (value instanceof SymbolBlock block) {
            addSymbol(path, block);
        } else if (value instanceof Block block) {
            addBlock(path, block);
        } else if (value instanceof Parameter parameter) {
            addParameter(path, parameter);
        } else if (value instanceof NDArray array) {
            addArray(array);
        } else if (value instanceof Model model) {
            out.text("model");
            add(path + "/block", model.getBlock());
        } else if (value instanceof Trainer trainer) {
            add(path, trainer.getModel());
        } else if (!addContainer(path, value)) {
            List<Object> parts = known.partsOf(value);
            if (parts == null) {
                addObject(path, value);
            } else {
                addElements(path, parts, true);
            }
        }
    }

    private void addSymbol(String path, SymbolBlock block) {
        out.text("symbol");
        if (!graphsNamed || !BlockParameters.hasGraph(block)) {
            out.bytes(SymbolArchive.digestOf(path, block));
        }
        weights++;
        if (UserCode.isUsers(block.getClass())) {
            addCodeAndFields(path, block);
        }
    }

    private void addBlock(String path, Block block) {
        functions++;
        out.text("block");
        for (Pair<String, Parameter> pair : block.getDirectParameters()) {
            out.text(pair.getKey());
            add(path + "/" + pair.getKey(), pair.getValue());
        }
        for (Pair<String, Block> child : block.getChildren()) {
            out.text(child.getKey());
            add(path + "/" + child.getKey(), child.getValue());
        }
        addCodeAndFields(path, block);
    }

    private void addParameter(String path, Parameter parameter) {
        if (!parameter.isInitialized()) {
            throw refused(
                    "parameter '" + path + "'",
                    "a parameter with a value",
                    "none yet",
                    "load or initialize the block before it is cached, or name its weights by"
                            + " optFingerprint");
        }
        out.text("parameter").text(parameter.getName()).text(parameter.getType().name());
        addArray(parameter.getArray());
    }

    private void addArray(NDArray array) {
        out.text(array.getDataType().name()).text(array.getShape().toString());
        out.bytes(array.toByteBuffer(true));
        weights++;
    }

    private boolean addContainer(String path, Object value) {
        if (value instanceof NDList arrays) {
            out.text("list").number(arrays.size());
            for (NDArray array : arrays) {
                out.text(String.valueOf(array.getName()));
                add(path, array);
            }
        } else if (value instanceof Object[] elements) {
            addElements(path, Arrays.asList(elements), true);
        } else if (value instanceof Collection<?> elements) {
            addElements(
                    path,
                    Containers.ordered(elements),
                    contentsCount || Containers.isImmutable(value));
            addOwnPart(path, value);
        } else if (value instanceof Map<?, ?> map) {
            addEntries(path, map, contentsCount || Containers.isImmutable(value));
            addOwnPart(path, value);
        } else if (value instanceof Map.Entry<?, ?> entry) {
            addElements(path, Arrays.asList(entry.getKey(), entry.getValue()), true);
        } else if (value instanceof Buffer buffer) {
            out.text(buffer.getClass().getSimpleName()).bytes(Buffers.bytesOf(buffer));
            weights++;
        } else if (value instanceof Optional<?> optional) {
            add(path, optional.orElse(null));
        } else if (value instanceof AtomicReference<?> reference) {
            add(path, reference.get());
        } else if (value instanceof Reference<?> reference) {
            add(path, reference.get());
        } else if (Proxy.isProxyClass(value.getClass())) {
            add(path, Proxy.getInvocationHandler(value));
        } else {
            return false;
        }
        return true;
    }

    /** Adds the fields and code of a user's class that extends a collection. */
    private void addOwnPart(String path, Object value) {
        if (UserCode.isUsers(value.getClass())) {
            addCodeAndFields(path, value);
        }
    }

    private void addElements(String path, Collection<?> elements, boolean settingsCount) {
        out.text("elements");
        int position = 0;
        for (Object element : elements) {
            addPart(path + "[" + position++ + "]", "", element, settingsCount);
        }
    }

    /**
     * Adds the entries of a map in the order of the texts of their keys, as a hash map has no
     * order.
     */
    private void addEntries(String path, Map<?, ?> map, boolean settingsCount) {
        out.text("entries");
        List<Map.Entry<String, Object>> entries = new ArrayList<>();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            Object key = entry.getKey();
            boolean named = key != null && Settings.isSetting(key);
            if (!named) {
                addPart(path + "/key", "", key, false);
            }
            Object value = entry.getValue();
            if (value != null) {
                entries.add(Map.entry(named ? Settings.describe(key) : "", value));
            }
        }
        entries.sort(Map.Entry.comparingByKey());
        for (Map.Entry<String, Object> entry : entries) {
            String name = entry.getKey();
            addPart(path + "[" + name + "]", name, entry.getValue(), settingsCount);
        }
    }

    /**
     * Adds a part of an object. A part that may change while the block runs, such as a log of its
     * calls, is added only if it holds weights or functions.
     */
    private void addPart(String path, String name, @Nullable Object value, boolean settingsCount) {
        DigestWriter whole = out;
        int metBefore = met.size();
        int contentBefore = weights + functions;
        out = new DigestWriter();
        add(path, value);
        byte[] digest = out.finish();
        out = whole;
        if (settingsCount || weights + functions > contentBefore) {
            out.text(name).bytes(digest);
        } else {
            met.values().removeIf(number -> number >= metBefore);
        }
    }

    private void addObject(String path, Object value) {
        Class<?> type = value.getClass();
        if (Holders.areUnreadable(type) && !Tokenizers.isTokenizer(type)) {
            throw refused(
                    path,
                    "fields whose weights can be read",
                    "a " + type.getName(),
                    Advice.NAME_THE_WEIGHTS);
        } else if (Tokenizers.isTokenizer(type)) {
            Tokenizers.add(out, path, value);
        }
        addCodeAndFields(path, value);
    }

    private void addCodeAndFields(String path, Object value) {
        Class<?> type = value.getClass();
        boolean lambda = LambdaCode.isLambda(type);
        boolean users = UserCode.isUsers(type);
        out.text(LambdaCode.nameOf(type));
        if (lambda || (users && type.getInterfaces().length > 0)) {
            functions++;
        }
        if (users) {
            code.name(UserCode.describe(type));
        }
        if (lambda || users || Settings.isDjlWithSettings(type)) {
            for (Class<?> at = type; at != null; at = at.getSuperclass()) {
                addFields(path, at, value);
            }
        }
        addCode(value, lambda, users);
    }

    /** Adds code. The fields come first, so that unreadable weights are refused before a probe. */
    private void addCode(Object value, boolean lambda, boolean users) {
        if (users && !readsCode) {
            return;
        }
        if (lambda) {
            LambdaCode.add(out, value, code);
        } else if (users) {
            code.addClass(out, value.getClass());
        }
    }

    private void addFields(String path, Class<?> declaring, Object value) {
        boolean read =
                UserCode.isUsers(declaring)
                        || Settings.isDjlWithSettings(declaring)
                        || LambdaCode.isLambda(declaring);
        if (!read) {
            return;
        }
        for (Field field : Settings.fieldsOf(declaring)) {
            boolean counts = counts(field);
            if (code.isUnusedOuter(field) || (Settings.isSettingType(field.getType()) && !counts)) {
                continue;
            }
            Object content = read(path, field, value);
            if (content != null && (counts || !Settings.isSetting(content))) {
                boolean before = contentsCount;
                contentsCount = counts && !code.changes(field);
                addPart(path + "." + field.getName(), field.getName(), content, counts);
                contentsCount = before;
            }
        }
    }

    /**
     * Tells whether a setting in a field is part of the digest. Arrays of numbers always are: they
     * are weights.
     */
    private boolean counts(Field field) {
        return Settings.counts(field)
                || Settings.isNumbers(field.getType())
                || !code.changes(field);
    }

    private @Nullable Object read(String path, Field field, Object value) {
        try {
            field.setAccessible(true);
            return field.get(value);
        } catch (InaccessibleObjectException | IllegalAccessException e) {
            if (Settings.isSettingType(field.getType())) {
                return null;
            }
            throw refused(
                    path,
                    "fields whose weights can be read",
                    field.getDeclaringClass().getSimpleName() + " with fields that are closed",
                    "write functions as one lambda in place of compose and andThen, open the"
                            + " package to this library, or "
                            + Advice.NAME_THE_WEIGHTS);
        }
    }

    private static UnsupportedBlockException refused(
            String path, String expected, String found, String advice) {
        return new UnsupportedBlockException(
                Problem.of("fingerprint of " + path, expected, found, advice));
    }
}
