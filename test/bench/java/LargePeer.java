import java.io.*;
import java.math.BigInteger;
import java.nio.file.*;
import java.security.*;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.util.*;
import org.apache.pdfbox.io.MemoryUsageSetting;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.interactive.digitalsignature.*;
import org.bouncycastle.asn1.*;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.*;
import org.bouncycastle.cms.*;
import org.bouncycastle.cms.jcajce.*;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.jcajce.*;

/** Signs the PDF of argument 1 into argument 2 with SM2, from disk to disk, once, and prints the milliseconds. */
public class LargePeer {
    public static void main(String[] args) throws Exception {
        Security.addProvider(new BouncyCastleProvider());
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", "BC");
        generator.initialize(new ECGenParameterSpec("sm2p256v1"));
        KeyPair keys = generator.generateKeyPair();
        ContentSigner signer = new JcaContentSignerBuilder("SM3withSM2").setProvider("BC").build(keys.getPrivate());
        X500Name name = new X500Name("CN=Peer");
        long now = System.currentTimeMillis();
        X509Certificate certificate = new JcaX509CertificateConverter().setProvider("BC").getCertificate(new JcaX509v3CertificateBuilder(
            name, BigInteger.ONE, new Date(now), new Date(now + 86400000L), name, keys.getPublic()).build(signer));
        long begin = System.nanoTime();
        try (PDDocument document = PDDocument.load(new File(args[0]), MemoryUsageSetting.setupTempFileOnly());
             OutputStream out = new BufferedOutputStream(new FileOutputStream(args[1]), 1 << 20)) {
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
                    return cms.generate(new Streamed(content), false).getEncoded();
                } catch (CMSException | org.bouncycastle.operator.OperatorCreationException | GeneralSecurityException e) {
                    throw new IOException(e);
                }
            });
            document.saveIncremental(out);
        }
        System.out.println((System.nanoTime() - begin) / 1e6);
    }

    record Streamed(InputStream content) implements CMSTypedData {
        public ASN1ObjectIdentifier getContentType() { return CMSObjectIdentifiers.data; }
        public Object getContent() { return content; }
        public void write(OutputStream out) throws IOException { content.transferTo(out); }
    }
}
