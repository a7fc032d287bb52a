(()=>{var e={k:process.env.LOCALSTACK_API_KEY};module.exports=e})();
