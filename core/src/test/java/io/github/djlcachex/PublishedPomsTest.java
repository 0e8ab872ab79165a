package io.github.djlcachex;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;

/** The poms that are uploaded, as they stand in the sources. */
class PublishedPomsTest {

    private static final Path ROOT = Path.of("..");

    private static Document pom(String module) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(ROOT.resolve(module).resolve("pom.xml").toFile());
    }

    private static List<String> texts(Document pom, String path) throws Exception {
        NodeList nodes =
                (NodeList)
                        XPathFactory.newInstance()
                                .newXPath()
                                .evaluate(path, pom, XPathConstants.NODESET);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            texts.add(nodes.item(i).getTextContent().strip());
        }
        return texts;
    }

    /** The enforcer asks the modules for the same; the BOM has no parent, and no enforcer. */
    @ParameterizedTest
    @ValueSource(strings = {"bom", "parent"})
    void pom_withoutParent_hasWhatMavenCentralAsksFor(String module) throws Exception {
        for (String path :
                List.of(
                        "name",
                        "description",
                        "url",
                        "licenses/license/url",
                        "scm/url",
                        "scm/connection",
                        "developers/developer/name")) {
            assertThat(texts(pom(module), "/project/" + path))
                    .as(path)
                    .hasSize(1)
                    .doesNotContain("");
        }
    }

    @Test
    void bom_namesEveryArtifactThatIsPublished() throws Exception {
        List<String> published = new ArrayList<>();
        for (String module :
                new LinkedHashSet<>(texts(pom(""), "//module"))) { // or of two profiles
            Document pom = pom(module);
            boolean isJar = texts(pom, "/project/packaging").isEmpty();
            if (isJar && !texts(pom, "//maven.deploy.skip").contains("true")) {
                published.addAll(texts(pom, "/project/artifactId"));
            }
        }
        assertThat(published).contains("djlcachex-core");
        assertThat(texts(pom("bom"), "//dependency/artifactId"))
                .containsExactlyInAnyOrderElementsOf(published);
    }

    @Test
    void bom_hasTheVersionOfTheParent() throws Exception {
        assertThat(texts(pom("bom"), "/project/version"))
                .isEqualTo(texts(pom("parent"), "/project/version"));
    }

    @Test
    void licence_isBesideTheSources() {
        assertThat(Files.exists(ROOT.resolve("LICENSE"))).isTrue();
        assertThat(Files.exists(ROOT.resolve("NOTICE"))).isTrue();
    }
}
