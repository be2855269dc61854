import java.io.*;
import java.math.BigInteger;
import java.nio.file.*;
import java.security.*;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.util.*;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.interactive.digitalsignature.*;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.*;
import org.bouncycastle.cms.*;
import org.bouncycastle.cms.jcajce.*;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.jcajce.*;

/** Signs the PDF of argument 1 with SM2 60 times in memory and prints the median milliseconds of the last 30. */
public class SealPeer {
    public static void main(String[] args) throws Exception {
        Security.addProvider(new BouncyCastleProvider());
        byte[] file = Files.readAllBytes(Path.of(args[0]));
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", "BC");
        generator.initialize(new ECGenParameterSpec("sm2p256v1"));
        KeyPair keys = generator.generateKeyPair();
        ContentSigner signer = new JcaContentSignerBuilder("SM3withSM2").setProvider("BC").build(keys.getPrivate());
        X500Name name = new X500Name("CN=Peer");
        long now = System.currentTimeMillis();
        X509Certificate certificate = new JcaX509CertificateConverter().setProvider("BC").getCertificate(new JcaX509v3CertificateBuilder(
            name, BigInteger.ONE, new Date(now), new Date(now + 86400000L), name, keys.getPublic()).build(signer));
        List<Double> times = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            long begin = System.nanoTime();
            int size = sign(file, signer, certificate);
            if (size <= file.length) throw new IllegalStateException("nothing was appended");
            if (i >= 30) times.add((System.nanoTime() - begin) / 1e6);
        }
        Collections.sort(times);
        System.out.println(times.get(times.size() / 2));
    }

    static int sign(byte[] file, ContentSigner signer, X509Certificate certificate) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (PDDocument document = PDDocument.load(file)) {
            PDSignature signature = new PDSignature();
            signature.setFilter(PDSignature.FILTER_ADOBE_PPKLITE);
            signature.setSubFilter(PDSignature.SUBFILTER_ETSI_CADES_DETACHED);
            signature.setSignDate(Calendar.getInstance());
            document.addSignature(signature, content -> {
                try {
                    CMSSignedDataGenerator cms = new CMSSignedDataGenerator();
                    cms.addSignerInfoGenerator(new JcaSignerInfoGeneratorBuilder(
                        new JcaDigestCalculatorProviderBuilder().setProvider("BC").build()).build(signer, certificate));
                    cms.addCertificate(new JcaX509CertificateHolder(certificate));
                    return cms.generate(new CMSProcessableByteArray(content.readAllBytes()), false).getEncoded();
                } catch (CMSException | org.bouncycastle.operator.OperatorCreationException | GeneralSecurityException e) {
                    throw new IOException(e);
                }
            });
            document.saveIncremental(out);
        }
        return out.size();
    }
}
